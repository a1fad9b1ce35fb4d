import assert from 'node:assert/strict';
import { LabelledPage } from '../../../../lib/protocols/labelled-page/labelled-page';
import { damaged, fuzzRuns, seededDice } from '../../../support/fuzz';

const SMALL =
    '<html><body><h1>Status</h1><table><tr><td>AC Line: 116.7 Volts</td></tr><tr><td>Amps:</td><td>10.2 A</td></tr>' +
    '<tr><td>Battery<br>13.2 Volts</td></tr><tr><td>Alarm In: CLOSED</td></tr></table></body></html>';
const LABELS = ['AC Line', 'Amps', 'Battery', 'Alarm In'];
const PIECES = [
    '<',
    '>',
    '"',
    "'",
    '</td>',
    '<td>',
    '<!--',
    '-->',
    '<script>',
    '</script>',
    '&',
    '&nbsp;',
    '&#49;',
    ':',
    '1',
    '.',
    ',',
    '-',
    '<b>',
    '<td hidden>',
    '=',
    ' ',
    '/',
    '\0',
    'Amps: ',
];

/** What is left when all tags and blanks are taken out, found in another way than by the reader. */
function withoutTags(html: string): string {
    return html
        .replace(/<\/(?![a-z])[^>]*>|<[a-z/][^>]*>/gi, '')
        .replaceAll('&nbsp;', ' ')
        .replace(/&#49;?/g, '1')
        .replace(/[\s\u00ad]+/g, '')
        .toLowerCase();
}

describe('damaged pages', function () {
    this.timeout(240_000);

    it(`${fuzzRuns()} of them: what is told beside a label stands there`, () => {
        const dice = seededDice(18);
        let told = 0;
        for (let run = fuzzRuns(); run > 0; run--) {
            const html = damaged(Buffer.from(SMALL), dice, PIECES).toString('latin1').replaceAll('\0', '');
            const page = LabelledPage.read(Buffer.from(html, 'latin1'));
            // Where comments, scripts and quotes begin and end, and other alphabets, are for the tests of the reader.
            const isPlain = !/<[!?]|["']|script|[^\0-\x7f]/i.test(html);
            const shown = isPlain ? withoutTags(html) : '';
            for (const label of LABELS) {
                const { text, quantity } = page.find(label, ['CLOSED']) ?? {};
                if (text === undefined || !isPlain) continue;
                told++;
                const [name, value] = [label, text].map((each) => each.replace(/\s/g, '').toLowerCase());
                const places = [...shown.matchAll(new RegExp(name!, 'g'))].map(({ index }) => index + name!.length);
                const isShown = places.some((at) =>
                    shown
                        .slice(at, at + 100)
                        .replace(/^:+/, '')
                        .startsWith(value!.replace(/^:+/, '')),
                );
                if (!isShown) assert.fail(`${label} is ${text} in ${html}`);
                if (
                    quantity &&
                    !/\d\s*[mk]/.test(text) &&
                    quantity.value !== Number(/[-+]?[\d.,]+/.exec(text)![0].replace(',', '.'))
                )
                    assert.fail(`${text} is ${quantity.value}`);
            }
        }
        assert.ok(told > fuzzRuns(1), `${told} values: the damage leaves too little to be seen`);
    });
});
