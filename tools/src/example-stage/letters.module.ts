import { Module } from '@nestjs/common';
import { WriteLetterWhenRequested } from './write-letter-when-requested.handler.js';

@Module({ controllers: [WriteLetterWhenRequested] })
export class LettersModule {}
