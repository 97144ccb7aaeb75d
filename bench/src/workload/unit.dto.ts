import 'reflect-metadata';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsNumber, IsString, Length, Matches, Max, Min } from 'class-validator';

/** What hop 2 accepts: eleven fields, all required, nothing else. streams/Pipeline.java checks the same by hand. */
export class UnitDto {
  @Matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  readonly id!: string;

  @Matches(/^SUB-\d{6}$/)
  readonly subject!: string;

  @IsInt()
  @Min(0)
  readonly sequence!: number;

  /** When the unit was due to be sent, in milliseconds since the epoch. */
  @IsNumber()
  @Min(0)
  readonly scheduledAt!: number;

  @IsString()
  @Length(1, 64)
  readonly program!: string;

  @IsString()
  @Length(1, 120)
  readonly applicant!: string;

  @IsIn(['EUR', 'GBP', 'USD'])
  readonly currency!: string;

  @IsInt()
  @Min(1)
  @Max(1_000_000_000_000)
  readonly amountMinor!: number;

  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  readonly submittedOn!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(8)
  @IsString({ each: true })
  @Length(1, 32, { each: true })
  readonly tags!: string[];

  @IsString()
  @Length(1, 2_000)
  readonly narrative!: string;
}
