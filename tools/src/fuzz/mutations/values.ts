/** Values that stand where something else is due; a JsonText is written as it is. */
export class JsonText {
  constructor(readonly text: string) {}
}

const raw = (text: string) => new JsonText(text);

export const STRANGE_VALUES: readonly unknown[] = [
  null, true, false, 0, 1, -1, 1.5, 7, '', ' ', '\t\n', '0', 'null', 'true', [], {}, [[]], ['x'], { a: 1 }, [null],
  raw('NaN'), raw('Infinity'), raw('-Infinity'), raw('1e400'), raw('-1e400'), raw('9007199254740993'), raw('-9007199254740993'), raw('1e22'), raw('01'), raw('+1'), raw('.5'), raw('5.'),
  raw('0x10'), raw('1_000'), raw('-0'), raw('undefined'), raw("'single'"), raw('"\\ud800"'), raw('"\\udc00x"'), raw('"a\\u0000b"'), raw('"\\x41"'), raw('"\n"'), raw('/* c */ 1'),
  raw('1e-400'), raw('""""'), raw('[1,]'), raw('{"a":1,}'), raw('{"a":1,"a":2}'), raw('{"a":1,"\\u0061":2}'), raw('{"__proto__":{"x":1}}'), raw('{"constructor":{"prototype":{}}}'),
];

export const LONG_TEXT = 'x'.repeat(70_000);

/** By property: texts that look right, or nearly so. */
export const NEAR_MISSES: Readonly<Record<string, readonly unknown[]>> = {
  requestedAmount: ['0', '0.00', '-1', '+1', '1e3', '01', '1.', '.5', '1,000', ' 1', '1 ', '1.234', '٣', '１', '1.0000001', '9'.repeat(19), '9'.repeat(18), '0.01', 25_000, 0.1],
  amount: ['0', '-5', '1.999', '1.0000000', '00', '1e1', '٣', '', 5],
  currencyCode: ['usd', 'USD ', 'HRK', 'ANG', 'BGN', 'XAU', 'CLF', 'XXX', 'XTS', 'ЕUR', 'ＵＳＤ', 'US', 'USDX', 'BHD', 'JPY', 840, '__proto__', 'constructor'],
  submissionDeadline: [
    '2027-02-29', '2028-02-29', '2100-02-29', '2000-02-29', '2027-13-01', '2027-00-10', '2027-01-00', '2027-04-31', '2027-1-1', '27-01-01', '2027-01-01T00:00:00Z', '2027/01/01',
    '0000-01-01', '9999-12-31', '+002027-01-01', '２０２７-01-01', '2027-01-01 ', 20_270_101,
  ],
  applicantUei: ['YNDUZMUZF8H8', 'yndUZMUZF8H8', 'YNDUZMUZF8HO', 'INDUZMUZF8H8', '0NDUZMUZF8H8', 'A123456789BC', 'YNDUZMUZF8H', 'YNDUZMUZF8H88', 'ΥNDUZMUZF8H8', 'YNDUZMUZF8H8\n', 'ſNDUZMUZF8H8'],
  grantId: ['-x', '.', 'a b', 'a'.repeat(100), 'a'.repeat(101), 'ä', 'G\n', 'G\u0000', '../../x', '<script>', 'G\u200b1'],
  funder: ['Funder', 'funder_a', '-a', 'fundér', 'funder-a\n', 'a'.repeat(101), '__proto__'],
  applicantOrg: ['x', 'xx', 'x'.repeat(300), 'x'.repeat(301), '\u00a0\u2003', '\u202eevil', '𝔘𝔫𝔦', 'a\u0000b'],
  digest: ['0'.repeat(64), 'A'.repeat(64), '0'.repeat(63), '0'.repeat(65), `${'0'.repeat(64)}\n`, 'g'.repeat(64)],
  uri: ['/etc/passwd', 'store://', 'store://a b', 'STORE://a', 'javascript:alert(1)', 'file:///x', 'store://\u00a0', 'x'.repeat(2_001)],
  mediaType: ['application', 'application/', '/pdf', 'application/pdf; x', 'a/b/c', 'application\u2044pdf'],
  version: ['1.4', '1.4.0-', '1.4.0-x', 'v1.4.0', '1.4.0\n', '１.4.0', '2'],
  module: ['excel-budget-template-sync ', 'Excel-Budget-Template-Sync', 'other'],
  jurisdiction: ['us', 'US-', 'US-ca', 'US-CAL', 'USA', 'US-CA\n', 'UЅ'],
  documentId: ['DOC-0', 'DOC-39', 'DOC-40', 'DOC-1 ', '__proto__', 'constructor', 'a'.repeat(201)],
  repository: ['fuzz-repository', 'other', 'fuzz-repository/', '__proto__'],
  requestId: ['-x', 'a b', 'a'.repeat(101), 'ä'],
  size: [0, -1, 1.5, 2 ** 40, 2 ** 40 + 1, '1'],
  pages: [0, 1_000_000, 1_000_001, 1.5, '2'],
  marking: ['SECRET', 'CUI', 'UNCLASSIFIED', 'unclassified//fouo', 'nonsense', 'TOP SECRET//SI', 'ＳＥＣＲＥＴ'],
  noOcr: ['true', 1, 0, null],
  parsed: ['true', 1, 0, null],
};
