import { createHmac } from 'node:crypto';
import t from 'tap';
import { createSigner } from '../signed-text.ts';

t.test('signed text: an HMAC-SHA256 as node:crypto makes it, whatever the secret and the text', async (t) => {
  const secrets = ['s', 'k'.repeat(32), 'k'.repeat(64), 'k'.repeat(65), 'schlüssel-열쇠-鍵'.repeat(3)];
  const texts = [
    '',
    'a',
    'v1.x.default.0.standard.1',
    'é',
    '줄',
    '🎫'.repeat(20),
    'x'.repeat(341),
    'x'.repeat(342),
    '줄'.repeat(2000),
  ];
  for (const secret of secrets) {
    const signer = createSigner([secret]);
    for (const text of texts) {
      const expected = createHmac('sha256', secret).update(text).digest('base64url');
      t.equal(signer.sign(text), expected);
      t.equal(signer.findSecret(text, expected), 0);
      t.equal(signer.findSecret(`${text}.`, expected), -1);
    }
  }
});

t.test('signed text: the first secret signs, all verify', async (t) => {
  const [older, newer] = ['o'.repeat(32), 'n'.repeat(32)];
  const signature = createSigner([older]).sign('text');
  t.equal(createSigner([newer, older]).findSecret('text', signature), 1);
  t.equal(createSigner([newer]).findSecret('text', signature), -1);
});
