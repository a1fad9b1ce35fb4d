import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { LabelledPage } from '../../../../lib/protocols/labelled-page/labelled-page';
import { errorInEnglish } from '../../../support/in-english';
import { normalised } from '../../../support/normalised';
import { MOBILE, STATUS } from './sample-pages';

const read = (html: string) => LabelledPage.read(Buffer.from(html));
const body = (html: string) => read(`<html><body>${html}</body></html>`);
const ON_OFF = ['ON', 'OFF'];

describe('a page of labels and values', () => {
    it('tells numbers with their units, and texts, of a page like the status page of the RMCU', () => {
        const page = read(STATUS);
        const shown: [string, string, number?, string?][] = [
            ['AC Line', '116.7 Volts', 116.7, 'V'],
            ['Amps Power Supply', '10.2 Amps', 10.2, 'A'],
            ['Amps Battery Mode', '0.0 Amps', 0, 'A'],
            ['Volts Battery', '13.2 Volts', 13.2, 'V'],
            ['Alarm In', 'CLOSED'],
            ['Alarm Out', 'OFF/HIGH'],
            ['Power Supply ON/OFF', 'ON'],
            ['Input 5 V', '4.98 V', 4.98, 'V'],
            ['Temperature', '90.5 F', 90.5, '°F'],
        ];
        for (const [label, text, value, unit] of shown)
            assert.deepEqual(page.find(label), {
                label,
                text,
                ...(value === undefined ? {} : { quantity: { value, unit } }),
            });
    });

    it('tells the same of one like the page for telephones', () => {
        const page = read(MOBILE);
        const values = [
            'Line Voltage',
            'Temperature',
            'Amps Power Supply',
            'Amps Battery Mode',
            'Volts Power Supply',
            'Volts Battery',
        ];
        assert.deepEqual(
            values.map((label) => page.find(label)?.quantity?.value),
            [117.4, 88.8, 10.2, 0, 14.1, 12.9],
        );
        assert.equal(page.find('Alarm In', ['OPEN', 'CLOSED'])?.text, 'CLOSED');
        assert.equal(page.find('DC-OK Power Supply', ['OPEN', 'CLOSED'])?.text, 'CLOSED');
        assert.equal(page.find('Alarm Out', ['ON/LOW', 'OFF/HIGH'])?.text, 'OFF/HIGH');
        assert.equal(page.find('Power Supply ON/OFF', ON_OFF)?.text, 'ON');
    });

    it('does not know what is hidden, empty, gone or never there', () => {
        const page = read(STATUS);
        for (const label of ['Hidden', 'Empty', 'Gone', 'Nonsense', 'Line', 'Amps', 'Input', 'Power Supply', '', ':'])
            assert.equal(page.find(label, ON_OFF), undefined, label);
        assert.equal(read('').find('AC Line'), undefined);
    });

    it('takes no part of a label for a label', () => {
        const page = body('<p>Amps Battery Mode 0.5 Amps</p><p>Line Voltage: 5 V</p><p>Power Supply ON/OFF ON</p>');
        for (const label of ['Amps Battery', 'Voltage', 'Mode', 'Battery Mode', 'Power Supply', 'Line'])
            assert.equal(page.find(label, ON_OFF), undefined, label);
        assert.equal(page.find('Power Supply ON/OFF', ON_OFF)?.text, 'ON');
    });

    it('takes no text without a colon for a value, unless it is a known state', () => {
        const page = body('<table><tr><td>Alarm In</td><td>CLOSED</td></tr></table>');
        assert.equal(page.find('Alarm In'), undefined);
        assert.equal(page.find('Alarm In', ['OPEN']), undefined);
        assert.equal(page.find('alarm  in', ['closed'])?.text, 'CLOSED');
        // The value is gone, and its neighbour is another label.
        const gone = body('<table><tr><td>Alarm In</td><td>Alarm Out</td><td>ON</td></tr></table>');
        assert.equal(gone.find('Alarm In', ON_OFF), undefined);
        assert.equal(gone.find('Alarm Out', ON_OFF)?.text, 'ON');
    });

    it('does not take the value of the next row, or of a label that follows', () => {
        const heads = body('<table><tr><th>Volts</th><th>Amps</th></tr><tr><td>13.2</td><td>5.1</td></tr></table>');
        for (const label of ['Volts', 'Amps']) assert.equal(heads.find(label), undefined, label);
        assert.equal(body('<p>A:</p><p>B:</p><p>5 V</p>').find('A'), undefined);
        assert.equal(body('<p>A:</p><p>B: 5 V</p>').find('A'), undefined);
        assert.equal(body('<table><tr><td>A:<td><td>5 V</table>').find('A'), undefined);
    });

    it('does not know what is told twice in different ways', () => {
        const page = body('<p>A: 5 V</p><p>B: 6 V</p><p>A: 5 V</p><p>B: 7 V</p><p>C: ON</p><p>c: on</p>');
        assert.equal(page.find('A')?.quantity?.value, 5);
        assert.equal(page.find('B'), undefined);
        assert.equal(page.find('C')?.text, 'ON');
    });

    it('reads a time after a colon as a text', () => {
        assert.equal(body('<p>Last: Thu, 14 Jun 2018 12:29:19</p>').find('Last')?.text, 'Thu, 14 Jun 2018 12:29:19');
        assert.equal(body('<p>Last:</p><p>12:29:19</p>').find('Last')?.text, '12:29:19');
    });

    it('reads character references, also of capitals and without semicolon', () => {
        const page = body(
            '<p>K&uuml;che &amp; Bad:&nbsp;21,5&#160;&deg;C</p><p>A &lt;B&gt;: &#x31;&#50 V</p><p>D&amp;uuml;: 3 V</p><p>E&nosuch;: 4 V</p>',
        );
        assert.deepEqual(page.find('Küche & Bad')?.quantity, { value: 21.5, unit: '°C' });
        assert.equal(page.find('A <B>')?.quantity?.value, 12);
        assert.equal(page.find('D&uuml;')?.quantity?.value, 3);
        assert.equal(page.find('E&nosuch;')?.quantity?.value, 4);
        assert.equal(body('<input type=button value="A: 5 &amp;lt; V">').find('A')?.text, '5 &lt; V');
    });

    it('reads pages in Latin-1 and UTF-16', () => {
        const html = '<html><body><p>Küche: 21.5 °C</p></body></html>';
        for (const bytes of [Buffer.from(html, 'latin1'), Buffer.from(`\ufeff${html}`, 'utf16le'), Buffer.from(html)])
            assert.equal(LabelledPage.read(bytes).find('Küche')?.quantity?.unit, '°C');
    });

    it('puts no numbers together that are not, and none apart', () => {
        assert.equal(body('<p>A: 1<b>3</b>.2 V</p>').find('A')?.quantity?.value, 13.2);
        assert.equal(body('<p>A: 13.<br>2 V</p>').find('A')?.quantity, undefined);
        assert.equal(body('<p>A: 1,234 V</p>').find('A')?.quantity, undefined);
        assert.equal(body('<p>A: 12-14 V</p>').find('A')?.quantity, undefined);
        assert.equal(body('<p>A: 13.2 V 14.1 V</p>').find('A')?.quantity, undefined);
    });

    it('lists all labels to choose from, each once', () => {
        const labels = read(STATUS).list();
        assert.deepEqual(
            labels.find(({ label }) => label === 'AC Line'),
            { label: 'AC Line', text: '116.7 Volts', quantity: { value: 116.7, unit: 'V' } },
        );
        for (const label of ['AC Line', 'Alarm In', 'Input 5 V', 'Temperature'])
            assert.equal(labels.filter((each) => each.label === label).length, 1, label);
        assert.ok(
            read(MOBILE)
                .list()
                .some(({ label, text, loose }) => label === 'Alarm In' && text === 'CLOSED' && loose),
        );
    });

    it('of a page that is cut anywhere tells nothing else than of the whole one', () => {
        for (const html of [STATUS, MOBILE]) {
            const whole = read(html);
            const labels = whole.list().map(({ label }) => label);
            const states = ['CLOSED', 'OFF/HIGH', 'ON', 'O', 'C'];
            let known = 0;
            for (let end = 0; end < html.length; end++) {
                const cut = read(html.slice(0, end));
                for (const label of labels) {
                    const found = cut.find(label, states);
                    if (!found) continue;
                    known++;
                    assert.deepEqual(
                        found,
                        whole.find(label, states),
                        `${label} of ${JSON.stringify(html.slice(0, end).slice(-40))}`,
                    );
                }
            }
            assert.ok(known > html.length, `${known}`);
        }
    });

    it('is normalised once, however much a map asks of it, and nothing of a size that takes long', () => {
        const label = (index: number) => `DC-OK ${index}`;
        const rows = Array.from({ length: 2000 }, (_, index) => `<tr><td>${label(index)}<td>CLOSED`);
        const html = `<table>${rows.join('')}</table><p>a${'\u0301\u0323'.repeat(40_000)}<p>b</body>`;
        const { result: page, texts } = normalised(() => read(html));
        assert.ok(texts.length <= 4002, `${texts.length} texts`);
        assert.ok(Math.max(...texts.map(({ length }) => length)) <= 1200);
        const asked = normalised(() => {
            for (let index = 0; index < 512; index++)
                assert.equal(page.find(label(index), ['CLOSED', 'OPEN'])?.text, 'CLOSED');
        });
        assert.equal(asked.texts.length, 512 * 3, 'labels and states of the map');
    });

    it('is refused if it has so many texts that no device shows them', () => {
        for (const html of ['<p>a'.repeat(4097), 'a: 1 '.repeat(50).concat('<p>').repeat(100), '<td>'.repeat(4098)])
            assert.throws(
                () => body(html),
                (error: UpsError) =>
                    errorInEnglish(error) ===
                    'The file is not used: it shows more than 4096 texts; a page of a device has far fewer.',
            );
        assert.equal(body(`${'<p>a'.repeat(4095)}<p>Volts: 5`).find('Volts')?.quantity?.value, 5);
    });

    it('is refused if it is larger than 256 KiB, or no text', () => {
        const refusal = (bytes: Uint8Array) => {
            try {
                LabelledPage.read(bytes);
            } catch (error) {
                assert.ok(error instanceof UpsError);
                return errorInEnglish(error);
            }
            return undefined;
        };
        assert.equal(refusal(Buffer.alloc(256 * 1024, ' ')), undefined);
        assert.equal(refusal(Buffer.alloc(256 * 1024 + 1, ' ')), 'The file is not used: it is larger than 256 KiB.');
        assert.equal(refusal(Buffer.from([0x47, 0x49, 0x46, 0, 1])), 'The file is not used: it is no text file.');
    });

    for (const [name, piece] of [
        ['blanks in a tag', ' '],
        ['open tags', '<'],
        ['open comments', '<!--'],
        ['quotes', '<a b="'],
        ['scripts', '<script>'],
        ['slashes', '<a /'],
        ['numbers', '<p>1 '],
        ['colons', 'a: 1 '],
        ['references', '&#'],
        ['cells', '<td>'],
        ['digits', '1'],
        ['labels', '<p>a: 1</p>'],
    ] as const) {
        it(`takes no long time for a page full of ${name}`, () => {
            const started = process.cpuUsage();
            try {
                const page = read(`<a ${piece.repeat(250_000 / piece.length)}`);
                page.list();
                page.find('a', ['1']);
            } catch (error) {
                assert.equal((error as UpsError).data.fault, 'tooManyTexts');
            }
            const { user } = process.cpuUsage(started);
            assert.ok(user < 3e6, `${user} µs`);
        });
    }
});
