import { connect } from 'node:net';
import { SeededRandom } from '../chaos/random.js';
import { BYTE_MUTATIONS } from './mutations/byte-mutations.js';
import type { Findings } from './findings.js';
import { judgeAnswer } from './http-answers.js';

const WAIT_MS = 1_500;
const AT_ONCE = 16;
const MUTATIONS = Object.entries(BYTE_MUTATIONS);
const LINE = 'POST /v1/grants/submissions HTTP/1.1\r\nHost: x\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';

/** Requests that break HTTP itself; what is not answered within WAIT_MS is hung up. */
const BROKEN: readonly string[] = [
  'GET\r\n\r\n', 'POST / HTTP/9.9\r\nHost: x\r\n\r\n', '\r\n\r\n\r\n', '\u0000\u0001\u0002', 'POST /v1/grants/submissions HTTP/1.1\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `${LINE}${JSON_TYPE}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`,
  `${LINE}${JSON_TYPE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
  `${LINE}${JSON_TYPE}Content-Length: -1\r\n\r\n{}`, `${LINE}${JSON_TYPE}Content-Length: 99999999999999999999\r\n\r\n{}`, `${LINE}${JSON_TYPE}Content-Length: 0x2\r\n\r\n{}`,
  `${LINE}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, `${LINE}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n`,
  `${LINE}${JSON_TYPE}Transfer-Encoding: gzip\r\n\r\n{}`, `${LINE}${JSON_TYPE}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
  `${LINE}${JSON_TYPE}X: ${'x'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\n{}`, `${LINE}${JSON_TYPE}${'X: y\r\n'.repeat(3_000)}Content-Length: 2\r\n\r\n{}`,
  `${LINE}Bad Header\r\nContent-Length: 2\r\n\r\n{}`, `${LINE}X: a\u0000b\r\nContent-Length: 2\r\n\r\n{}`, `${LINE} folded: yes\r\nContent-Length: 2\r\n\r\n{}`,
  `POST /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`, 'POST /v1/grants/submissions/%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
  'POST /v1/grants/../grants/submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 'POST http://[::1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
  'BREW /v1/grants/submissions HTTP/1.1\r\nHost: x\r\n\r\n', 'TRACE /v1/grants/submissions HTTP/1.1\r\nHost: x\r\n\r\n', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 'HEAD /v1/grants/submissions HTTP/1.1\r\nHost: x\r\n\r\n', 'DELETE /v1/grants/submissions HTTP/1.1\r\nHost: x\r\n\r\n',
  `${LINE}${JSON_TYPE}Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}`, `${LINE}${JSON_TYPE}Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n{}`,
  `${LINE}${JSON_TYPE}Content-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`, `${LINE}${JSON_TYPE}Content-Length: 100\r\n\r\n{`,
];

/** Broken and mutated requests on sockets of their own: each is answered with a problem, or hung up on. */
export async function fuzzRawHttp(port: number, requests: number, seed: number, findings: Findings): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < requests) {
      const index = next++;
      const bytes = requestOf(index, seed);
      const said = await exchange(port, bytes);
      judgeRaw(said, `raw request ${index} of seed ${seed}: ${JSON.stringify(bytes.toString('latin1').slice(0, 80))}`, findings);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function requestOf(index: number, seed: number): Buffer {
  const text = BROKEN[index % BROKEN.length] ?? '';
  const bytes = Buffer.from(text, 'latin1');
  if (index < BROKEN.length) return bytes;
  const random = new SeededRandom(seed + index);
  return random.pick(MUTATIONS)[1](bytes, random);
}

function judgeRaw(said: string, example: string, findings: Findings): void {
  const [head = '', body = ''] = said.split(/\r\n\r\n([^]*)/, 2);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  if (status === 0) return findings.count('http raw hung up');
  if (status === 100) return findings.count('http raw 100');
  const chunked = /^transfer-encoding: chunked/im.test(head);
  const contentType = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
  // To HEAD there is never a body, whatever the head says of it.
  const bodyless = example.includes('"HEAD');
  if (status < 300 || body === '' || bodyless) {
    findings.count(`http raw ${status}`);
    if (status >= 500 && status !== 503) findings.defect(`raw: answered ${status}`, example);
    if (status >= 400 && !bodyless) findings.defect(`raw: ${status} without a problem type`, example);
    return;
  }
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? body.length);
  judgeAnswer(findings, 'raw', example, { status, contentType, replayed: false, body: chunked ? (body.split('\r\n')[1] ?? '') : Buffer.from(body).subarray(0, length).toString() });
}

function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(WAIT_MS, () => socket.destroy());
    socket.on('data', (part) => {
      said += part.toString();
      if (/\r\n\r\n/.test(said)) socket.setTimeout(200);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
    socket.write(bytes);
  });
}
