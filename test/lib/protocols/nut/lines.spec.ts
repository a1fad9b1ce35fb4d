import assert from 'node:assert/strict';
import { decode } from '../../../../lib/protocols/nut/decode';

const read = (variables: Record<string, string>) =>
    decode(new Map(Object.entries({ 'ups.status': 'OL', ...variables })), new Set(), 7);
const voltages = (lines: { voltage?: number }[]) => lines.map(({ voltage }) => voltage);

describe('lines of a three-phase UPS', () => {
    it('are read from line to line where there is no neutral', () => {
        for (const place of ['input', 'output', 'input.bypass']) {
            const told = read({
                [`${place}.L1-L2.voltage`]: '398.0',
                [`${place}.L2-L3.voltage`]: '401.5',
                [`${place}.L3-L1.voltage`]: '400.2',
                [`${place}.L1.current`]: '12.5',
            });
            const { lines } = { input: told.input, output: told.output, 'input.bypass': told.bypass }[place]!;
            assert.deepEqual(voltages(lines), [398, 401.5, 400.2], place);
            assert.equal(lines[0]!.current, 12.5);
        }
    });

    it('keep their places, and a dead line is one', () => {
        const told = read({ 'input.phases': '3', 'input.L2-L3.voltage': '0', 'input.L1-L3.voltage': '399' });
        assert.deepEqual(voltages(told.input!.lines), [undefined, 0, 399]);
    });

    it('are read to neutral where there is one', () => {
        const told = read({ 'input.L1-N.voltage': '230', 'input.L2-N.voltage': '0', 'input.L1-L2.voltage': '231' });
        assert.deepEqual(voltages(told.input!.lines), [230, 0]);
    });

    it('may be one line between two', () => {
        assert.deepEqual(voltages(read({ 'input.L1-L2.voltage': '208' }).input!.lines), [208]);
    });

    it('are told with a nominal voltage of their own kind', () => {
        const nominal = (told: string, lines: Record<string, string>) =>
            read({ 'input.voltage.nominal': told, ...lines }).input!.nominalVoltage;
        const toNeutral = { 'input.L1-N.voltage': '231', 'input.L2-N.voltage': '229', 'input.L3-N.voltage': '0' };
        const toLine = { 'input.L1-L2.voltage': '395', 'input.L2-L3.voltage': '399', 'input.L3-L1.voltage': '401' };
        assert.equal(nominal('400', toNeutral), 231);
        assert.equal(nominal('230', toNeutral), 230);
        assert.equal(nominal('230', toLine), 398);
        assert.equal(nominal('400', toLine), 400);
        assert.equal(nominal('230', { 'input.voltage': '0.0' }), 230);
        assert.equal(nominal('24', { 'input.voltage': '24.1' }), 24);
        assert.equal(nominal('0', toLine), undefined);
    });
});
