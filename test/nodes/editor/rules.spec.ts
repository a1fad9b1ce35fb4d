import assert from 'node:assert/strict';
import { ruleText } from '../../../nodes/editor/rules';
import { inBrowser, translator } from './browser';
import { catalogue, leaves } from './contract';

describe('the rule that decided an event', () => {
    const german = translator(new Map(leaves(catalogue('de', 'ridethrough-editor'))));
    inBrowser({ _: german });

    for (const [rule, text] of [
        ['output on battery', 'Ausgang auf Batterie'],
        ["the device's own limit of a low battery", 'eigene Grenze des Geräts für eine schwache Batterie'],
        [
            'battery health: voltage after the test against before',
            'Batteriegesundheit: Spannung nach dem Test gegen vorher',
        ],
        ['no value for 30 s', 'kein Wert seit 30 s'],
        ['recovered: value > 40', 'erholt: value > 40'],
        ['battery.chargePercent < 41 for 10 s', 'battery.chargePercent < 41 seit 10 s'],
        ['value < 5 or value > 40', 'value < 5 oder value > 40'],
        [
            'A/power-fail began anew: A/power-fail AND B/power-fail',
            'A/power-fail hat neu begonnen: A/power-fail AND B/power-fail',
        ],
        ['Card 1: output not on battery', 'Card 1: Ausgang nicht auf Batterie'],
        ['on-bypass', 'on-bypass'],
        ['', ''],
    ] as const) {
        it(`is read in the language of the editor: ${rule || 'none'}`, () => assert.equal(ruleText(rule), text));
    }
});
