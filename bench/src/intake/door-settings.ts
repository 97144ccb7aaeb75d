/** What a front door of the bench is told, as JSON in its first argument. */
export interface DoorSettings {
  readonly brokers: readonly string[];
  /** Ends in a dot. */
  readonly prefix: string;
  readonly httpPort: number;
  readonly adminPort: number;
  /** API keys of the real front door. */
  readonly keysFile: string;
}

export function readDoorSettings(text: string | undefined): DoorSettings {
  return JSON.parse(text ?? '') as DoorSettings;
}
