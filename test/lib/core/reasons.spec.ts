import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { asUpsError } from '../../../lib/core/errors';
import { reasonOf, withoutCodes } from '../../../lib/core/reasons';
import { freePort } from '../../support/free-port';

const words = (text: string) => withoutCodes(text, (reason) => `<${reason}>`);

describe('the reason of a failure', () => {
    it('is read from what Node.js throws at a refused connection', async () => {
        const port = await freePort();
        const error = await new Promise<Error>((resolve) => connect(port, '127.0.0.1').on('error', resolve));
        assert.equal(reasonOf(error), 'refused');
        assert.equal(asUpsError(error, 'device-silent', { host: 'card' }).data.why, 'refused');
        assert.equal(words(error.message), `<refused> 127.0.0.1:${port}`);
    });

    it('is read from what Node.js throws at a port that is taken', async () => {
        const first = createSocket('udp4');
        await new Promise<void>((resolve) => first.bind(0, '127.0.0.1', resolve));
        const second = createSocket('udp4');
        const error = await new Promise<Error>((resolve) => {
            second.on('error', resolve).bind(first.address().port, '127.0.0.1');
        });
        first.close();
        assert.equal(reasonOf(error), 'in-use');
    });

    for (const [text, expected] of [
        ['getaddrinfo ENOTFOUND ups.lan', '<name-unknown> ups.lan'],
        ['getaddrinfo EAI_AGAIN ups.lan', '<name-server> ups.lan'],
        ['read ECONNRESET', '<cut>'],
        ["ENOENT: no such file or directory, open '/x'", "<missing>, open '/x'"],
        ['10.0.0.1:6003 ETIMEDOUT', '10.0.0.1:6003 <timeout>'],
        ['MSG_EXECUTE of EUROPE stays, as does EWHATEVER', 'MSG_EXECUTE of EUROPE stays, as does EWHATEVER'],
        ['certificate: CERT_HAS_EXPIRED', 'certificate: <cert-expired>'],
    ] as const) {
        it(`"${text}" has no code left for people`, () => assert.equal(words(text), expected));
    }

    it('is left open where nobody knows it', () => {
        assert.equal(reasonOf(new Error('something else')), undefined);
        assert.equal('why' in asUpsError(new Error('something else'), 'protocol').data, false);
    });
});
