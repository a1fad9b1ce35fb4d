import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SeriesInfo } from '../../../lib/store/series';
import type { Catalogue } from '../../../lib/core/language/catalogue';
import {
    choicesOf,
    chosenOf,
    colourOf,
    COLOURS,
    dashOf,
    panelsOf,
    quantityName,
    stateName,
} from '../ui/pages/data/choice';
import type { AlignedColumn } from '../ui/pages/data/tables';
import { Texts } from '../ui/lib/texts';

const english = new Texts('en', [
    JSON.parse(readFileSync(resolve(__dirname, '../ui/texts/en/data.json'), 'utf8')) as Catalogue,
]);

function info(owner: string, quantity: string, unit: string, kind: SeriesInfo['kind'] = 'number'): SeriesInfo {
    return { owner, ownerName: owner, quantity, unit, kind, from: 0, to: 1 };
}

const column = (owner: string, quantity: string, unit: string, more: Partial<AlignedColumn> = {}): AlignedColumn => ({
    owner,
    quantity,
    unit,
    kind: 'number',
    mean: [],
    ...more,
});

describe('what can be chosen for charts', () => {
    it('has the strings of a battery by name, and not its hundreds of blocks', () => {
        const room = [info('room', 'voltage.17', 'V'), info('room', 'string-current.2', 'A')];
        const choices = choicesOf(room, ['room']);
        assert.deepEqual(
            choices.map(({ quantity }) => quantityName(english, quantity, [])),
            ['Current of string 2'],
        );
    });

    const infos = [
        info('u1', 'outputSource', '', 'state'),
        info('u1', 'charge', '%'),
        info('u1', 'inputVoltage1', 'V'),
        info('u1', 'load1', '%'),
        info('u2', 'charge', '%'),
        info('s1', 'value', '°C'),
    ];

    it('is each quantity of the chosen sources once, those of one unit together, states last', () => {
        const names = choicesOf(infos, ['u1', 'u2']).map(({ quantity }) => quantity);
        assert.deepEqual(names, ['charge', 'load1', 'inputVoltage1', 'outputSource']);
    });

    it('is chosen as the address says, and else what is usual', () => {
        const ups = choicesOf(infos, ['u1']);
        assert.deepEqual(chosenOf(ups, undefined), ['charge', 'load1', 'inputVoltage1']);
        assert.deepEqual(chosenOf(ups, 'outputSource,batteryVoltage'), ['outputSource']);
        assert.deepEqual(chosenOf(ups, ''), []);
        assert.deepEqual(chosenOf(choicesOf(infos, ['s1']), undefined), ['value']);
        assert.deepEqual(chosenOf(choicesOf([info('m', 'clicks', '')], ['m']), undefined), ['clicks']);
    });

    it('is of a DC supply its voltages, and each channel by its own name, also one with commas', () => {
        const all = [
            info('d1', 'dcInputVoltage', 'V'),
            info('d1', 'dcOutputVoltage', 'V'),
            info('d1', 'dcOutputCurrent', 'A'),
            info('d1', 'channel Volts, battery', 'V'),
            info('d1', 'channel Alarm In', '', 'state'),
        ];
        const choices = choicesOf(all, ['d1']);
        assert.deepEqual(chosenOf(choices, undefined), ['dcInputVoltage', 'dcOutputVoltage']);
        const chosen = ['channel Volts, battery', 'channel Alarm In', 'dcOutputCurrent'];
        assert.deepEqual(chosenOf(choices, chosen.join(',')), chosen);
        assert.deepEqual(
            chosen.map((quantity) => quantityName(english, quantity, [])),
            ['Volts, battery', 'Alarm In', 'DC output current'],
        );
    });

    it('has a name with its phase, where there are several', () => {
        assert.equal(quantityName(english, 'inputVoltage1', ['inputVoltage1']), 'Input voltage');
        assert.equal(quantityName(english, 'inputVoltage1', ['inputVoltage1', 'inputVoltage2']), 'Input voltage L1');
        assert.equal(quantityName(english, 'inputVoltage3', ['inputVoltage3']), 'Input voltage L3');
        assert.equal(quantityName(english, 'outlet 2', []), 'Outlet 2');
        assert.equal(quantityName(english, 'somethingElse', []), 'somethingElse');
        assert.equal(stateName(english, 'outputSource', 'normal'), 'mains');
        assert.equal(stateName(english, 'state', 'on'), 'on');
        assert.equal(stateName(english, 'alarms', 'fan-failure'), 'fan-failure');
    });

    it('is one chart for each unit and one for each state', () => {
        const panels = panelsOf([
            column('u1', 'charge', '%'),
            column('u1', 'inputVoltage1', 'V'),
            column('u2', 'charge', '%'),
            column('u1', 'outputSource', '', { kind: 'state', states: ['normal'] }),
        ]);
        assert.deepEqual(
            panels.map(({ key, columns }) => [key, columns.map(({ owner }) => owner)]),
            [
                ['%', ['u1', 'u2']],
                ['V', ['u1']],
                ['state outputSource', ['u1']],
            ],
        );
    });

    it('has one code for one state, though each UPS counts its states anew', () => {
        const state = (owner: string, states: string[], mean: (number | null | undefined)[]) =>
            column(owner, 'outputSource', '', { kind: 'state', states, mean });
        const [panel] = panelsOf([
            state('u1', ['normal', 'battery'], [0, 1, null]),
            state('u2', ['battery', 'bypass'], [0, undefined, 1]),
        ]);
        assert.deepEqual(panel!.states, ['normal', 'battery', 'bypass']);
        assert.deepEqual(
            panel!.columns.map(({ mean }) => mean),
            [
                [0, 1, null],
                [1, undefined, 2],
            ],
        );
    });

    it('is told apart by colour and by dash, also where the colours begin anew', () => {
        const looks = Array.from({ length: 3 * COLOURS }, (_, look) => `${colourOf(look)} ${dashOf(look).join()}`);
        assert.equal(new Set(looks).size, looks.length);
        const dashes = Array.from({ length: COLOURS }, (_, look) => dashOf(look).join());
        assert.equal(new Set(dashes).size, COLOURS);
    });
});
