import assert from 'node:assert/strict';
import { certificateFailure } from '../../../../lib/protocols/shared/certificate';

const NOW = Date.UTC(2026, 10, 29);
const BOOT = Date.UTC(1970, 0, 1, 0, 1);

describe('certificates that TLS does not accept', () => {
    const code = (error: string, now: number) =>
        certificateFailure('logs', Object.assign(new Error('why'), { code: error }), now)?.code;

    it('may be the fault of our own clock, which will be set', () => {
        assert.equal(code('CERT_NOT_YET_VALID', NOW), 'certificate-time');
        assert.equal(code('CERT_NOT_YET_VALID', BOOT), 'certificate-time');
        assert.equal(code('CERT_HAS_EXPIRED', BOOT), 'certificate-time');
        assert.equal(code('CRL_NOT_YET_VALID', BOOT), 'certificate-time');
    });

    it('are final else', () => {
        assert.equal(code('CERT_HAS_EXPIRED', NOW), 'certificate-refused');
        for (const error of [
            'DEPTH_ZERO_SELF_SIGNED_CERT',
            'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
            'ERR_TLS_CERT_ALTNAME_INVALID',
        ])
            assert.equal(code(error, BOOT), 'certificate-refused', error);
    });

    it('are told apart from a host that is not there', () => {
        assert.equal(code('ECONNREFUSED', BOOT), undefined);
    });
});
