import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Kafka's numbers of the requests that ask for a coordinator, and that end a transaction. */
export const FIND_COORDINATOR = 10;
export const END_TXN = 26;

/** What is lost: the request, which the broker then never sees, or its answer. The connection breaks with it. */
export interface Loss {
  readonly apiKey: number;
  readonly what: 'request' | 'answer';
}

/** Stands between clients and one broker, passes everything on, and loses what it is told to. */
export class KafkaProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #loss: Loss | undefined;
  #left = 0;
  /** Losses so far. */
  lost = 0;

  private constructor(brokerPort: number) {
    this.#server = createServer((client) => this.#serve(client, connect(brokerPort, '127.0.0.1')));
  }

  /** @param brokerPort where a broker listens, or is going to */
  static async start(brokerPort: number): Promise<KafkaProxy> {
    const proxy = new KafkaProxy(brokerPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Loses the next so many of them. */
  loseNext(loss: Loss, times = 1): void {
    this.#loss = loss;
    this.#left = times;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(client: Socket, broker: Socket): void {
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    /** Correlation id of the request whose answer is to be lost. */
    let doomed: number | undefined;
    eachFrame(client, (frame) => {
      if (this.#left > 0 && this.#loss?.apiKey === frame.readInt16BE(4)) {
        const { what } = this.#loss;
        this.#left--;
        if (what === 'request') return this.#lose(end);
        doomed = frame.readInt32BE(8);
      }
      broker.write(frame);
    });
    eachFrame(broker, (frame) => {
      if (frame.readInt32BE(4) === doomed) this.#lose(end);
      else client.write(frame);
    });
  }

  #lose(end: () => void): void {
    this.lost++;
    end();
  }
}

/** Requests and answers alike are four bytes of length and so many bytes. */
function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      const frame = rest.subarray(0, end);
      rest = rest.subarray(end);
      if (!socket.destroyed) take(frame);
    }
  });
}
