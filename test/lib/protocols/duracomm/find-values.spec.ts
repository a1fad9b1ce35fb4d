import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findValues } from '../../../../lib/protocols/duracomm/find-values';
import type { DuracommSettings } from '../../../../lib/protocols/duracomm/sources';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { FakeClock } from '../../../support/fake-clock';

describe('what a log has for a map', () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ridethrough-find-'))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    async function find(bytes: Uint8Array) {
        const csvFile = join(folder, 'RMCU.CSV');
        writeFileSync(csvFile, bytes);
        const settings = { way: 'csv', csvFrom: 'file', csvFile } as DuracommSettings;
        return findValues(settings, new FakeClock(), zoneOf('UTC'));
    }

    for (const count of [1, 60, 20_000])
        it(`is told by its header and its last rows, of ${count} rows`, async () => {
            const rows = Array.from(
                { length: count },
                (_, row) => `${1_528_977_600 + row * 60} , 13.${row % 10} V,ä\r\n`,
            );
            const text = `North\r\n\r\nTime, Volts ,Küche\r\n${rows.join('')}`;
            for (const bytes of [
                Buffer.from(text),
                Buffer.from(`\ufeff${text}`, 'utf16le'),
                Buffer.from(text, 'latin1'),
            ]) {
                const { values, columns } = await find(bytes);
                assert.deepEqual(
                    values.map(({ item, raw }) => [item.id, raw]),
                    [
                        ['Time', String(1_528_977_600 + (count - 1) * 60)],
                        ['Volts', `13.${(count - 1) % 10} V`],
                        ['Küche', 'ä'],
                    ],
                );
                assert.deepEqual(columns?.[0], { name: 'Time', formats: ['epoch'] });
                assert.deepEqual(columns?.[1]?.formats, []);
            }
        });

    it('takes no long time, whatever is in it', async () => {
        const started = process.cpuUsage();
        const wide = `${'1528977600,'.repeat(1400)}x\n`;
        for (const [head, line] of [
            ['Time,V\n', '\n'],
            ['Time,V\n', ' \n'],
            ['Time,V\n', '1,2\n'],
            [wide, wide],
        ] as const)
            await find(Buffer.from(head + line.repeat((15 * 1024 * 1024) / line.length)));
        const { user } = process.cpuUsage(started);
        assert.ok(user < 4e6, `${user} µs`);
        await assert.rejects(find(Buffer.from('\n'.repeat(1_000_000))), { code: 'file-refused' });
    });
});
