import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
    allRegisters,
    REGISTER_MAPS,
    registerMap,
    type Register,
    type RegisterMap,
} from '../../../../lib/protocols/cs141/maps';
import { UPS_STATUS } from '../../../../lib/protocols/cs141/maps/status-bits';
import { MAP_SUMMARY } from './map-summary';

/** A transcript of the CS141 manual's "Modbus addresses" as JSON; not in the package, for the text is its maker's. */
const TRANSCRIPT = process.env.CS141_TRANSCRIPT ?? '';

interface PrintedRow {
    address: number;
    addressEnd?: number;
    sourceAddress?: number;
    table?: 'DI' | 'AI' | 'DO' | 'REG';
    type: 'U' | 'S' | null;
    functions: string | null;
    name: string;
    length: number | null;
    impliedLength?: number;
    scale?: string;
    unit?: string | null;
    values?: Record<string, string>;
    bitsRef?: string;
    reserved?: boolean;
    line: number;
}

interface PrintedSection {
    id: string;
    title: string;
    entries: PrintedRow[];
}

const TABLES = { DI: 'discrete', AI: 'input', DO: 'coil', REG: 'holding' } as const;
const BY_FUNCTIONS: Record<string, string> = { '3/4': 'holding', '2': 'discrete', '4': 'input', '1/5': 'coil' };
const UNITS: Record<string, string> = { 'C°': '°C', '℃': '°C', degC: '°C', Volt: 'V', minutes: 'min' };
const NO_UNIT = /^(Status|Analog Value|Counter|cos ϕ|Cos|kVar\/Var|kVar)$/;

const place = ({ table, address }: Register) => `${table} ${address}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What must not change unnoticed. */
function summaryOf(map: RegisterMap) {
    const rows = allRegisters(map);
    const facts = rows.map(({ table, address, length, signed, name, unit, scale, means }) =>
        [table, address, length, signed, name, unit, scale, means].join('|'),
    );
    return { printed: map.registers.length, all: rows.length, sum: sha256(facts.join('\n')) };
}

describe('CS141 register maps', () => {
    it('lists all 23 sections under different ids', () => {
        assert.equal(REGISTER_MAPS.length, 23);
        assert.equal(new Set(REGISTER_MAPS.map(({ id }) => id)).size, 23);
        assert.equal(registerMap('trimod')?.title, 'TRIMOD');
        assert.equal(registerMap('piller'), undefined);
    });

    it('is what was proved against the CS141 manual', () => {
        const summary = Object.fromEntries(REGISTER_MAPS.map((map) => [map.id, summaryOf(map)]));
        assert.deepEqual(summary, MAP_SUMMARY);
    });

    it('gives every address of a table once, within 0 to 65535', () => {
        for (const map of REGISTER_MAPS) {
            const seen = new Set<string>();
            for (const row of allRegisters(map)) {
                assert.ok(!seen.has(place(row)), `${map.id}: ${place(row)} twice`);
                seen.add(place(row));
                assert.ok(row.address >= 0 && row.address + row.length <= 65_536, `${map.id} ${row.address}`);
                assert.notEqual(row.description, '', `${map.id} ${row.address}`);
            }
        }
    });

    it('works out the rows that the CS141 manual only hints at', () => {
        const inputs = allRegisters(registerMap('default')!).filter(({ means }) => means?.startsWith('digital-input'));
        assert.equal(inputs.length, 64);
        assert.equal(inputs.find(({ address }) => address === 50_040)?.means, 'digital-input.41');
        const modules = allRegisters(registerMap('abb-newave')!).filter(({ address }) => address >= 30_000);
        assert.equal(modules.length, 30 * 67);
        assert.equal(Math.max(...modules.map(({ address }) => address)), 33_066);
        assert.equal(modules.find(({ address }) => address === 32_009 + 100)?.means, 'status');
    });

    it('has the status bits of the CS141 manual', () => {
        assert.equal(UPS_STATUS.length, 16);
        assert.equal(
            UPS_STATUS.reduce((sum, { mask }) => sum + mask, 0),
            0xffff,
        );
    });

    describe('against the transcript of the CS141 manual', () => {
        let sections: PrintedSection[];

        before(function () {
            if (!existsSync(TRANSCRIPT)) this.skip();
            ({ sections } = JSON.parse(readFileSync(TRANSCRIPT, 'utf8')) as { sections: PrintedSection[] });
        });

        it('has each of the 1685 printed rows, with address, table, sign, name, length, scale and values', () => {
            let proved = 0;
            for (const section of sections) {
                const map = registerMap(section.id);
                assert.ok(map, section.id);
                assert.equal(map.section, section.title);
                const rows = new Map(allRegisters(map).map((row) => [place(row), row]));
                for (const printed of section.entries) {
                    const table = printed.table
                        ? TABLES[printed.table]
                        : printed.functions === null
                          ? 'holding'
                          : BY_FUNCTIONS[printed.functions];
                    const row = rows.get(`${table} ${printed.address}`);
                    const where = `${section.id} ${table} ${printed.address} (line ${printed.line})`;
                    assert.ok(row, where);
                    proveRow(printed, row, where);
                    proved++;
                }
            }
            assert.equal(proved, 1685);
        });

        it('has no row beyond these but those of a series', () => {
            for (const section of sections) {
                const map = registerMap(section.id)!;
                const printed = section.entries.filter(({ address }) => address < 30_000 || address >= 50_000);
                assert.equal(map.registers.length, printed.length, section.id);
            }
        });
    });
});

function proveRow(printed: PrintedRow, row: Register, where: string): void {
    assert.equal(row.name, printed.name, where);
    assert.equal(row.signed, printed.type === 'S', where);
    assert.equal(row.reserved ?? false, printed.reserved ?? false, where);
    // The misprinted row of ABB's module 3 comes from its series.
    if (row.address < 30_000 || row.address >= 50_000) assert.equal(row.printedAddress, printed.sourceAddress, where);
    const span = printed.addressEnd ? printed.addressEnd - printed.address + 1 : undefined;
    assert.equal(row.length, span ?? printed.impliedLength ?? printed.length ?? 1, where);
    assert.equal(row.text ?? false, printed.impliedLength !== undefined, where);
    const divisor = Number(/value\/(\d+)/.exec(printed.scale ?? '')?.[1] ?? 1);
    assert.equal(row.scale ?? 1, 1 / divisor, where);
    assert.equal(row.bits !== undefined, printed.bitsRef !== undefined, where);
    if (printed.unit && !NO_UNIT.test(printed.unit) && row.means !== undefined) {
        const [unit] = (UNITS[printed.unit] ?? printed.unit).split('/');
        assert.equal(row.unit, unit, where);
    }
    const values = Object.keys(printed.values ?? {}).filter((value) => value !== 'else');
    if (values.length > 2) assert.deepEqual(Object.keys(row.values ?? {}), values, where);
    if (values.join() === '3,4') assert.deepEqual(row.values, { 3: 'passed', 4: 'failed' }, where);
}
