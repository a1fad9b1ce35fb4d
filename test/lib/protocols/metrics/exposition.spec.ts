import assert from 'node:assert/strict';
import { Exposition, formatFor, labels, uniqueNames } from '../../../../lib/protocols/metrics/exposition';

describe('the text of metrics', () => {
    const page = (format: 'text' | 'openmetrics') => {
        const made = new Exposition(format);
        made.family('a_volts', 'gauge', 'Volts.').add(labels({ ups: 'x' }), 230.5);
        made.family('b', 'counter', 'Times.').add('', 3);
        made.family('c', 'info', 'What it is.').add(labels({ model: 'm' }), 1);
        made.family('d', 'gauge', 'Nobody knows it.').add('', undefined);
        made.family('e', 'gauge', 'Yes or no.').add('', false);
        return made.toString();
    };

    it('is version 0.0.4: endings in HELP and TYPE, and no family without a value', () => {
        assert.equal(
            page('text'),
            [
                '# HELP a_volts Volts.',
                '# TYPE a_volts gauge',
                'a_volts{ups="x"} 230.5',
                '# HELP b_total Times.',
                '# TYPE b_total counter',
                'b_total 3',
                '# HELP c_info What it is.',
                '# TYPE c_info gauge',
                'c_info{model="m"} 1',
                '# HELP e Yes or no.',
                '# TYPE e gauge',
                'e 0',
                '',
            ].join('\n'),
        );
    });

    it('is OpenMetrics 1.0.0: the family without the ending, and an end', () => {
        const lines = page('openmetrics').split('\n');
        assert.deepEqual(lines.slice(3, 9), [
            '# HELP b Times.',
            '# TYPE b counter',
            'b_total 3',
            '# HELP c What it is.',
            '# TYPE c info',
            'c_info{model="m"} 1',
        ]);
        assert.deepEqual(lines.slice(-2), ['# EOF', '']);
    });

    it('escapes quotes, backslashes and line ends, and takes out what would end a scrape', () => {
        assert.equal(labels({ a: 'say "no"\\\n' }), 'a="say \\"no\\"\\\\\\n"');
        assert.equal(labels({ a: 'x\0y\r\u001bz' }), 'a="x y  z"');
        assert.equal(labels({ a: 'half \ud800 and 🔋' }), 'a="half \ufffd and 🔋"');
    });

    it('cuts a name of a megabyte to 200 characters', () => {
        const text = labels({ ups: 'n'.repeat(1_000_000) });
        assert.equal(text, `ups="${'n'.repeat(199)}…"`);
    });

    it('never gives a value that is no number', () => {
        const made = new Exposition('text');
        const family = made.family('a', 'gauge', 'A.');
        for (const value of [Number.NaN, Infinity, -Infinity, undefined]) family.add('', value);
        assert.equal(made.toString(), '');
    });

    it('tells what shares a name apart by its id, whichever comes first', () => {
        const [a, b, c] = [
            { id: 'a', name: 'UPS', site: 'Hall' },
            { id: 'b', name: 'UPS', site: 'Hall' },
            { id: 'c', name: 'UPS', site: 'Roof' },
        ];
        const names = Object.fromEntries(uniqueNames([a!, b!, c!]));
        assert.deepEqual(names, { a: 'UPS (a)', b: 'UPS (b)', c: 'UPS' });
        assert.deepEqual(Object.fromEntries(uniqueNames([c!, b!, a!])), names);
        const long = 'n'.repeat(1_000_000);
        const cut = [
            ...uniqueNames([
                { id: '1', name: `${long}1` },
                { id: '2', name: `${long}2` },
            ]).values(),
        ];
        assert.equal(new Set(cut).size, 2);
        assert.ok(cut.every((name) => name.length <= 200));
    });

    it('goes by what the reader accepts', () => {
        const prometheus =
            'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
        for (const [accept, format] of [
            [prometheus, 'openmetrics'],
            ['application/openmetrics-text; version=1.0.0; q=0.4, text/plain; q=0.5', 'text'],
            ['application/openmetrics-text; version=2.0.0', 'text'],
            ['application/openmetrics-text', 'openmetrics'],
            ['application/openmetrics-text;q=0', 'text'],
            ['application/openmetrics-text;q=x', 'text'],
            ['application/openmetrics-text; version="1.0.0"; charset="utf-8"', 'openmetrics'],
            ['Application/OpenMetrics-Text ; Version=1.0.0 ; Q=1.0', 'openmetrics'],
            ['*/*;q=0.9, application/openmetrics-text;q=0.1', 'text'],
            ['text/*;q=0.2, application/openmetrics-text;q=0.3, */*;q=0.9', 'openmetrics'],
            ['text/plain;q=0, application/openmetrics-text;q=0.1, */*', 'openmetrics'],
            ['text/plain;version=1.0.0;q=0.9, application/openmetrics-text;q=0.5', 'openmetrics'],
            ['application/*', 'text'],
            ['application/json', 'text'],
            [`${','.repeat(10_000)}application/openmetrics-text`, 'text'],
            ['text/plain', 'text'],
            ['*/*', 'text'],
            ['', 'text'],
            [undefined, 'text'],
        ] as const)
            assert.equal(formatFor(accept), format, accept);
    });
});
