import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import upsSite from '../../nodes/config/ups-site';
import { helper, speakInWords } from '../support/node-red';

const ROOT = `ACME-ROOT-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM SNMPv2-SMI;
acme OBJECT IDENTIFIER ::= { enterprises 99999 }
END
`;
const DEVICE = `ACME-DEVICE-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE, Integer32 FROM SNMPv2-SMI acme FROM ACME-ROOT-MIB;
volts OBJECT-TYPE SYNTAX Integer32 UNITS "Volts" MAX-ACCESS read-only STATUS current DESCRIPTION "It." ::= { acme 1 }
END
`;

interface Answer {
    ok: boolean;
    text?: string;
    file?: number;
    objects?: { name: string; oid: string }[];
}

describe('the MIB files of a dialog', () => {
    let directory: string;
    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-mib-'));
        await helper.load([upsSite] as never, [{ id: 's', type: 'ups-site', name: 'S', directory }] as never);
        speakInWords(true);
    });
    afterEach(async () => {
        speakInWords(false);
        await helper.unload();
        rmSync(directory, { recursive: true, force: true });
    });

    async function read(files: readonly string[], sizes = files.map(({ length }) => length).join(',')) {
        const { body } = await helper
            .request()
            .post(`/ridethrough/mib?sizes=${sizes}`)
            .set('Content-Type', 'application/octet-stream')
            .set({ 'Accept-Language': 'en-US', 'X-Requested-With': 'XMLHttpRequest' })
            .send(files.join(''))
            .expect(200);
        return body as Answer;
    }

    it('belong together: one has the name that the other stands below', async () => {
        const alone = await read([DEVICE]);
        assert.match(alone.text!, /needs these modules, too: ACME-ROOT-MIB; choose all their files together/);
        for (const files of [
            [DEVICE, ROOT],
            [ROOT, DEVICE],
        ])
            assert.deepEqual(
                (await read(files)).objects?.map(({ name, oid }) => [name, oid]),
                [['volts', '1.3.6.1.4.1.99999.1']],
            );
    });

    it('are refused by the one that is no MIB file', async () => {
        const { ok, file, text } = await read([ROOT, '<html>log in</html>', DEVICE]);
        assert.deepEqual([ok, file], [false, 1]);
        assert.match(text!, /web page/);
    });

    it('are one file where the sizes are not theirs', async () => {
        for (const sizes of ['', '1', '-5,3', 'x', Array.from({ length: 99 }, () => 1).join(',')])
            assert.equal((await read([ROOT + DEVICE], sizes)).objects?.length, 1, sizes);
    });
});
