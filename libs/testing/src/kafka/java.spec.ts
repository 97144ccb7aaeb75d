import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPrerequisites, javaVersion } from './java.js';

describe('javaVersion', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19', 21],
    ['The operation could not be completed', undefined],
  ])('reads %j', (output, version) => expect(javaVersion(output)).toBe(version));
});

describe('findPrerequisites', () => {
  let bin: string;
  beforeEach(() => (bin = mkdtempSync(join(tmpdir(), 'java-'))));
  afterEach(() => rmSync(bin, { recursive: true }));

  const install = (name: string, output: string, status = 0) => {
    writeFileSync(join(bin, name), `#!/bin/sh\necho '${output}' >&2\nexit ${status}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const found = (maven: boolean, env: Record<string, string> = {}) => findPrerequisites(maven, { PATH: bin, ...env });

  it('is content with Java 17 and Maven, and without Maven where it is not needed', async () => {
    install('java', 'openjdk version "17.0.1"');
    await expect(found(false)).resolves.toEqual({ java: 'java' });
    install('mvn', 'Apache Maven 3.8.7');
    await expect(found(true)).resolves.toEqual({ java: 'java' });
  });

  it('names all that is missing at once, and every way to go on', async () => {
    await expect(found(true)).rejects.toMatchObject({
      code: 'DOCKET_PREREQUISITE',
      message: expect.stringMatching(
        /no Java on the PATH[^]*no Maven \(mvn\)[^]*apt-get install openjdk-17-jre-headless maven[^]*brew install[^]*KAFKA_BROKERS[^]*docker compose/,
      ) as unknown,
    });
  });

  it('refuses an old Java and tells its version', async () => {
    install('java', 'openjdk version "11.0.2"');
    await expect(found(false)).rejects.toMatchObject({ message: expect.stringContaining('is version 11') as unknown });
  });

  it('takes JAVA_HOME where it is set, and says so where no Java is there', async () => {
    install('java', 'openjdk version "17.0.1"');
    await expect(found(false, { JAVA_HOME: '/nowhere' })).rejects.toMatchObject({
      message: expect.stringContaining('no Java in JAVA_HOME') as unknown,
    });
  });

  it('takes a stub that only fails for no Java', async () => {
    install('java', 'Unable to locate a Java Runtime.', 1);
    await expect(found(false)).rejects.toMatchObject({ message: expect.stringContaining('no Java') as unknown });
  });
});
