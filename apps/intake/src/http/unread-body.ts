import type { Clock } from '@docket/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { BODY_MS } from './body-deadline.js';

/** What is still being sent when the last answer of a connection is out is read this much longer, so that the sender can read the answer. */
const AFTERMATH_MS = 5_000;

export interface ConnectionOptions {
  readonly clock: Clock;
  /** Of a body that nobody reads: so much is passed over, and its connection goes on. */
  readonly maxRest: number;
  /** Aborted when the door closes. */
  readonly closing: AbortSignal;
}

/**
 * An answer may go out before the body of its request is read. Where little of it is left, that is passed over, and the
 * connection goes on; where nobody knows how much, the answer says `Connection: close`. A connection never ends without
 * such an answer, unless a body stands still: no request after it can have begun then.
 */
export class Connections {
  /** Those whose last answer is on its way: what comes after it is not looked at, since it would get no answer. */
  readonly #ending = new WeakSet<Socket>();

  constructor(private readonly options: ConnectionOptions) {}

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (this.#ending.has(request.raw.socket)) reply.hijack();
      else done();
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      this.announce(request, reply);
      done(null, payload);
    });
    fastify.addHook('onResponse', (request, _reply, done) => {
      this.#passOver(request);
      done();
    });
  }

  /** To be called before an answer goes out: says in it whether it is the last of its connection. */
  announce({ raw, headers }: FastifyRequest, reply: FastifyReply): void {
    if (this.options.closing.aborted || (!raw.complete && !hasSmallRest(headers, this.options.maxRest))) void reply.header('connection', 'close');
    if (reply.getHeader('connection') !== 'close') return;
    this.#ending.add(raw.socket);
    if (!raw.complete) this.#endAfterRest(raw);
  }

  /** Node destroys the socket after the last answer; with bytes unread that is a reset, which may overtake the answer. */
  #endAfterRest(raw: FastifyRequest['raw']): void {
    const { socket } = raw;
    const end = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      if (raw.complete) return end();
      socket.end();
      raw.once('end', end);
      raw.once('close', this.options.clock.schedule(AFTERMATH_MS, () => socket.destroy()));
      // Whoever read lines of it has stopped: what is left is only passed over.
      raw.removeAllListeners('readable').on('data', () => undefined);
    };
  }

  /** Of a body that Node passes over for us, the connection ends where it stands still. */
  #passOver({ raw }: FastifyRequest): void {
    if (raw.complete || raw.destroyed || this.#ending.has(raw.socket)) return;
    const cancel = this.options.clock.schedule(BODY_MS, () => raw.socket.destroy());
    raw.once('end', cancel).once('close', cancel);
  }
}

function hasSmallRest({ 'content-length': length = '0', 'transfer-encoding': encoding }: FastifyRequest['headers'], max: number): boolean {
  return encoding === undefined && Number(length) <= max;
}
