import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

/** A new API key and its hash. */
export function newKey(): { readonly key: string; readonly hash: string } {
  const key = `dk_${randomBytes(32).toString('base64url')}`;
  return { key, hash: createHash('sha256').update(key).digest('hex') };
}

/** An issuer of tokens with its key set on a port of this machine. */
export class TestIssuer {
  #server!: Server;
  #privateKey!: CryptoKey;
  url!: string;
  /** Times the key set was asked for. */
  asked = 0;
  /** Whether it answers. */
  up = true;
  /** Bytes of white space before its answer. */
  padding = 0;

  async start(): Promise<this> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    this.#privateKey = privateKey;
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] });
    this.#server = createServer((_request, response) => {
      this.asked++;
      if (this.up) response.setHeader('content-type', 'application/json').end(`${' '.repeat(this.padding)}${keys}`);
      else response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** @param expiresAt seconds since the epoch */
  token(claims: Readonly<Record<string, unknown>>, expiresAt: number | undefined, { audience = 'docket', issuer = this.url, alg = 'ES256' } = {}): Promise<string> {
    const jwt = new SignJWT({ ...claims }).setProtectedHeader({ alg, kid: 'k1' }).setIssuer(issuer).setAudience(audience);
    if (expiresAt !== undefined) jwt.setExpirationTime(expiresAt);
    return jwt.sign(this.#privateKey);
  }
}
