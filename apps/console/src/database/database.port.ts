export type Row = Readonly<Record<string, unknown>>;

/** Parameters are texts, lists of texts, numbers or null: what both drivers write alike. */
export type Parameter = string | number | null | readonly (string | null)[];

/** Runs one statement with `$1`, `$2` … bound. Rejects with the driver's error, or DOCKET_DATABASE where it is out of reach. */
export interface Queryable {
  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
}

/** The read model's database: Postgres, or PGlite, which is Postgres in this process. */
export interface Database extends Queryable {
  /** Commits when `work` resolves, rolls back when it rejects. Only `tx` belongs to the transaction. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Waits for what is running. */
  close(): Promise<void>;
}

/** Injection token of Database. */
export const DATABASE = Symbol('Database');
