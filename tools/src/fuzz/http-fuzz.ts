import { Pool, type Dispatcher } from 'undici';
import { SeededRandom } from '../chaos/random.js';
import type { Findings } from './findings.js';
import { jsonOf, judgeAnswer, judgeProblem, type Answer } from './http-answers.js';
import { judge, makeMutant, type Mutant } from './mutant.js';

export interface HttpFuzzOptions {
  readonly url: string;
  /** An API key that opens both pipelines. */
  readonly key: string;
  readonly seed: number;
  readonly bodies: number;
  readonly findings: Findings;
  /** Units that were answered 202, by kind. */
  readonly onAccepted: (kind: Mutant['kind'], units: number) => void;
}

const CONNECTIONS = 24;
const LINES = 50;
const DOCUMENTS = 10;
/** Of the single bodies, how many have a header that is wrong. */
const ODD_HEADERS = 0.15;
const SHED_MS = 250;

interface Request {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Headers that are wrong whatever the body is: a request with them must be refused. */
const WRONG_HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'docket-digest': '0'.repeat(64) },
  { 'docket-digest': 'not a digest' },
  { 'docket-batch-trace-id': 'not a UUID' },
  { 'docket-batch-trace-id': '00000000-0000-0000-0000-00000000000G' },
  { 'idempotency-key': 'x'.repeat(2_000) },
  { 'idempotency-key': 'two words' },
  { 'idempotency-key': 'kéy' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/vnd.ms-excel' },
  { 'content-type': 'text/csv' },
  { 'content-type': 'application' },
];

/** Throws mutated bodies at every route that takes one, some at once, until all are answered. */
export class HttpFuzz {
  sent = 0;
  /** By kind: bodies whose answer was lost with its connection, so that nobody knows whether they were accepted. */
  readonly unknown: Record<Mutant['kind'], number> = { grant: 0, record: 0 };
  readonly #pool: Pool;
  readonly #options: HttpFuzzOptions;
  #next = 0;

  constructor(options: HttpFuzzOptions) {
    this.#options = options;
    this.#pool = new Pool(options.url, { connections: CONNECTIONS, headersTimeout: 60_000, bodyTimeout: 60_000 });
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.#worker()));
    await this.#pool.close();
  }

  async #worker(): Promise<void> {
    while (this.#next < this.#options.bodies) {
      const index = this.#next;
      const random = new SeededRandom(this.#options.seed + index);
      const way = random.next();
      const most = this.#options.bodies - index;
      if (way < 0.02) await this.#lines(this.#take(Math.min(LINES, most), 'grant'));
      else if (way < 0.03) await this.#batch(this.#take(Math.min(DOCUMENTS, most), 'record'), 'application/json', '[', ',', ']');
      else if (way < 0.04) await this.#batch(this.#take(Math.min(DOCUMENTS, most), 'record'), 'application/x-ndjson', '', '\n', '');
      else await this.#single(this.#take(1, 'grant'), random);
    }
  }

  #take(count: number, kind: Mutant['kind']): Mutant[] {
    const first = this.#next;
    this.#next += count;
    return Array.from({ length: count }, (_, offset) => makeMutant(this.#options.seed, first + offset, kind));
  }

  async #single([mutant]: readonly Mutant[], random: SeededRandom): Promise<void> {
    if (!mutant) return;
    const { findings, onAccepted } = this.#options;
    const example = `body ${mutant.index} (${mutant.changes.join(', ')})`;
    const wrong = random.next() < ODD_HEADERS ? random.pick(WRONG_HEADERS) : undefined;
    const answer = await this.#send({
      path: '/v1/grants/submissions', contentType: 'application/json', body: mutant.bytes,
      headers: { ...(random.next() < 0.5 && { 'idempotency-key': `fuzz-${this.#options.seed}-${mutant.index}` }), ...wrong },
    }, example);
    if (!answer) return void (this.unknown.grant += 1);
    const accepted = judgeAnswer(findings, 'single', example, answer);
    if (!accepted) return this.#refusedRight(mutant, answer.status, example, wrong !== undefined);
    if (answer.replayed) findings.count('http single replayed');
    else onAccepted('grant', 1);
    if (wrong) findings.defect('single: accepted with a wrong header', `${example}, ${JSON.stringify(wrong)}`);
    if (judge('grant', mutant.bytes).kind === 'unreadable') findings.defect('single: accepted what is not strict JSON', example);
  }

  /** The other direction: nothing that keeps every rule should be turned away, but for its size. */
  #refusedRight(mutant: Mutant, status: number, example: string, wrongHeader: boolean): void {
    if (wrongHeader || status === 503 || status === 429 || status === 413) return;
    if (judge(mutant.kind, mutant.bytes).kind === 'right') this.#options.findings.defect(`refused with ${status} although it keeps every rule`, example);
  }

  async #lines(mutants: readonly Mutant[]): Promise<void> {
    const { findings, onAccepted } = this.#options;
    const body = Buffer.concat(mutants.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]));
    const example = `NDJSON of bodies ${mutants[0]?.index} to ${mutants.at(-1)?.index}`;
    const answer = await this.#send({ path: '/v1/grants/submissions/stream', contentType: 'application/x-ndjson', body }, example);
    if (!answer) return void (this.unknown.grant += mutants.length);
    if (!judgeAnswer(findings, 'ndjson', example, answer)) return;
    // A mutant may hold line ends of its own: what counts is what was sent.
    const lines = linesOf(body);
    const results = answer.body.split('\n').filter((line) => line !== '').map(jsonOf) as ({ line?: unknown; status?: unknown; problem?: unknown; replayed?: unknown } | undefined)[];
    const byLine = new Map(results.map((result) => [result?.line, result]));
    if (byLine.size !== results.length) findings.defect('ndjson: two results have the same line number', example);
    for (const [number, line] of lines) {
      const result = byLine.get(number);
      byLine.delete(number);
      if (typeof result?.status !== 'number') {
        if (line.toString().trim() !== '') findings.defect('ndjson: a line has no result', `${example}, line ${number}`);
        continue;
      }
      findings.count(`http ndjson line ${result.status}`);
      if (result.status !== 202) {
        if (result.status >= 500 && result.status !== 503) findings.defect(`ndjson: a line was answered ${result.status}`, `${example}, line ${number}`);
        judgeProblem(findings, 'ndjson line', `${example}, line ${number}`, result.status, result.problem);
        continue;
      }
      if (result.replayed === true) findings.count('http ndjson line replayed');
      else onAccepted('grant', 1);
      if (judge('grant', line).kind === 'unreadable') findings.defect('ndjson: accepted a line that is not strict JSON', `${example}, line ${number}`);
    }
    if (byLine.size > 0) findings.defect('ndjson: a result is of no line', example);
  }

  async #batch(mutants: readonly Mutant[], contentType: string, ...[open, between, close]: readonly [string, string, string]): Promise<void> {
    const { findings, onAccepted } = this.#options;
    const pieces = mutants.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [Buffer.from(between), bytes]));
    const body = Buffer.concat([Buffer.from(open), ...pieces, Buffer.from(close)]);
    const example = `${contentType} batch of bodies ${mutants[0]?.index} to ${mutants.at(-1)?.index}`;
    const answer = await this.#send({ path: '/v1/records/batches', contentType, body }, example);
    if (!answer) return void (this.unknown.record += mutants.length);
    if (!judgeAnswer(findings, 'batch', example, answer)) return;
    const units = (jsonOf(answer.body) as { units?: unknown } | undefined)?.units;
    if (!Array.isArray(units)) return findings.defect('batch: accepted without its units', example);
    if (answer.replayed) findings.count('http batch replayed');
    else onAccepted('record', units.length);
    const readable = contentType === 'application/json' ? judge('record', body).kind !== 'unreadable' : linesOf(body).every(([, line]) => line.toString().trim() === '' || judge('record', line).kind !== 'unreadable');
    if (!readable) findings.defect('batch: accepted what is not strict JSON', example);
  }

  /** Undefined where the connection broke, which is a defect. What admission turns away is sent again. */
  async #send({ path, contentType, body, headers }: Request, example: string): Promise<Answer | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await this.#pool.request({ path, method: 'POST', body, headers: { 'content-type': contentType, authorization: `Bearer ${this.#options.key}`, ...headers } });
        const answer = { status: response.statusCode, contentType: headerOf(response, 'content-type'), body: await response.body.text(), replayed: headerOf(response, 'idempotency-replayed') === 'true' };
        if ((answer.status !== 503 && answer.status !== 429) || tries >= 200) {
          this.sent = this.#next;
          return answer;
        }
        this.#options.findings.count(`http ${answer.status}, sent again`);
        await new Promise((resolve) => setTimeout(resolve, SHED_MS));
      } catch (error) {
        this.#options.findings.defect(`${path} ${contentType}: the connection broke: ${error instanceof Error ? error.message : 'unknown'}`, example);
        return undefined;
      }
    }
  }
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string {
  const given = headers[name];
  return typeof given === 'string' ? given : '';
}

/** Numbered from 1; the end of the last line is not the begin of another. */
function linesOf(body: Buffer): [number, Buffer][] {
  const lines: [number, Buffer][] = [];
  for (let from = 0; from < body.length; ) {
    const found = body.indexOf(0x0a, from);
    const end = found < 0 ? body.length : found;
    const line = body.subarray(from, end);
    lines.push([lines.length + 1, line.at(-1) === 0x0d ? line.subarray(0, -1) : line]);
    from = end + 1;
  }
  return lines;
}
