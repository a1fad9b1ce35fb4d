import assert from 'node:assert/strict';
import { decodeMap } from '../../../../lib/protocols/device-map/decode';
import type { DeviceMap, MapItem } from '../../../../lib/protocols/device-map/device-map';
import { rawItemsOf } from '../../../../lib/protocols/device-map/raw-items';
import { PageReading, RowReading } from '../../../../lib/protocols/duracomm/label-reading';
import { LabelledPage } from '../../../../lib/protocols/labelled-page/labelled-page';
import { normalised } from '../../../support/normalised';

const mapOf = (items: MapItem[]): DeviceMap => ({ version: 1, id: 'm', name: 'M', judgedBy: 'a test', items });

describe('what a map asks of a page and of a row', () => {
    it('is looked up once for each label, however many items ask for it', () => {
        const states = (item: number) =>
            Object.fromEntries(Array.from({ length: 20 }, (_, state) => [`s${item} ${state}`, 'on']));
        const map = mapOf(
            Array.from({ length: 512 }, (_, index) => ({
                id: `i${index}`,
                at: { label: 'Relay' },
                kind: 'state',
                states: states(index),
                to: `channel:c${index}`,
            })),
        );
        const page = LabelledPage.read(Buffer.from('<p>Relay s7 3<p>x</body>'));
        const { result, texts } = normalised(() => {
            const reading = new PageReading(page, map);
            return [decodeMap(map, reading, 0), rawItemsOf(map, reading)] as const;
        });
        assert.deepEqual(result[0].channels!.c7, { state: 'on' });
        assert.deepEqual(result[1].i7, { raw: 's7 3' });
        assert.ok(texts.length <= 512 * 20 + 1, `${texts.length} texts`);
    });

    it('is found in a row whatever its capitals and blanks', () => {
        const row = new RowReading({ 'AC  Line': { text: '5' }, constructor: { text: '6' } });
        for (const label of ['AC  Line', 'ac line ']) assert.equal(row.at({ label }), '5');
        assert.equal(row.at({ label: 'constructor' }), '6');
        for (const label of ['toString', '__proto__', '']) assert.equal(row.at({ label }), undefined);
    });
});
