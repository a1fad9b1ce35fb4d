import assert from 'node:assert/strict';
import { withoutSecrets } from '../../../../lib/protocols/shared/secrets';

describe('secrets in texts', () => {
    it('are taken out, the longer one first', () => {
        const text = 'user joe said correct-horse-battery, then correct-horse';
        const clean = withoutSecrets(text, ['correct-horse', 'correct-horse-battery']);
        assert.equal(clean, 'user joe said ***, then ***');
    });

    it('garble no text when they are a letter or a word of everyday', () => {
        const text = '535 authentication failed: bad password for a mailbox (mail)';
        for (const secret of ['a', 'e', '5', 'is', '535', '']) assert.equal(withoutSecrets(text, [secret]), text);
        const clean = withoutSecrets(text, ['mail', 'pass']);
        assert.equal(clean, '535 authentication failed: bad password for a mailbox (***)');
    });

    it('may be made of signs that mean something in a pattern', () => {
        assert.equal(withoutSecrets('said a.*b$ and axxb', ['a.*b$']), 'said *** and axxb');
        assert.equal(withoutSecrets('said (x)[y]-z|', ['(x)[y]-z|']), 'said ***');
    });

    it('hides a short one of whatever characters', () => {
        for (const secret of ['a-b-c', '$1.*', '[x]/', '(a|b', 'p{L}']) {
            assert.equal(withoutSecrets(`bad: ${secret}!`, [secret]), 'bad: ***!');
        }
    });
});
