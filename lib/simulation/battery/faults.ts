import { requireRange } from '../options';
import type { BatteryBank } from './bank';
import type { BatteryMonitor } from './monitor/monitor';

/**
 * Faults of one block or of its module, each with a value and its default:
 * - `weak`: part of the capacity that is left (0.7); resistance 15 % higher
 * - `dry`: part of the capacity that is left (0.7); resistance doubled, less float current, poorer cooling
 * - `shorted-cell`: number of cells (1)
 * - `sulphated`: part of the capacity that is left (0.6); the resistance stays
 * - `failing`: % of resistance that it gains in 60 days (25), evenly
 * - `loose-connector`: mΩ (5)
 * - `runaway`: W at 25 °C for a 12 V block of 100 Ah, others in proportion (40)
 * - `module-lost`, `fuse`, `revision`: no value
 * - `voltage-offset` (V, 0.5), `temperature-offset` (K, 5)
 * - `voltage-stuck`, `temperature-stuck`: at this value, or at what it measures now
 */
export const BLOCK_FAULTS = {
    weak: 0.7,
    dry: 0.7,
    'shorted-cell': 1,
    sulphated: 0.6,
    failing: 25,
    'loose-connector': 5,
    runaway: 40,
    'module-lost': NaN,
    fuse: NaN,
    revision: NaN,
    'voltage-offset': 0.5,
    'temperature-offset': 5,
    'voltage-stuck': NaN,
    'temperature-stuck': NaN,
} as const;
export type BlockFault = keyof typeof BLOCK_FAULTS;

/** Factors on capacity, resistance, float current and cooling. */
type Factors = readonly [capacity: number, resistance: number, float: number, cooling: number];

/** Sets and ends faults of blocks. A fault that ends leaves the block as if it had never been, but for its age and its charge. */
export class BlockFaults {
    private readonly present = new Map<string, number>();

    constructor(
        private readonly bank: BatteryBank,
        private readonly monitor: BatteryMonitor,
    ) {}

    /** The faults that are present: name, module from 1, value. */
    list(): { fault: BlockFault; module: number; value: number }[] {
        return [...this.present].map(([key, value]) => {
            const [fault = '', module] = key.split(' ');
            return { fault: fault as BlockFault, module: Number(module), value };
        });
    }

    /** @param module from 1 @param value see `BLOCK_FAULTS` @throws UpsError out-of-range */
    set(fault: BlockFault, module: number, on: boolean, value: number = BLOCK_FAULTS[fault]): void {
        requireRange('module', module, 1, this.bank.layout.modules);
        if (!Number.isNaN(value)) requireRange(fault, value, ...rangeOf(fault, this.bank));
        const key = `${fault} ${module}`;
        const was = this.present.get(key);
        if (was !== undefined) this.act(fault, module - 1, false, was);
        this.present.delete(key);
        if (on) {
            this.act(fault, module - 1, true, value);
            this.present.set(key, value);
        }
        this.bank.disturb();
    }

    /** A new block is put in, and its module works: all its faults end, and its age. */
    replace(module: number): void {
        requireRange('module', module, 1, this.bank.layout.modules);
        for (const { fault, module: of } of this.list()) if (of === module) this.set(fault, module, false);
        const { blocks } = this.bank;
        blocks.capacity[module - 1] = blocks.resistance[module - 1] = blocks.float[module - 1] = 1;
        blocks.charge[module - 1] = 0.98;
        blocks.temperature[module - 1] = this.bank.ambient;
    }

    private act(fault: BlockFault, i: number, on: boolean, value: number): void {
        const { blocks, plate } = this.bank;
        const { measured, revision } = this.monitor;
        const sign = on ? 1 : -1;
        switch (fault) {
            case 'weak':
                return this.scale(i, on, [value, 1.15, 1, 1]);
            case 'dry':
                return this.scale(i, on, [value, 2, 0.6, 0.7]);
            case 'sulphated':
                return this.scale(i, on, [value, 1, 1, 1]);
            case 'shorted-cell':
                blocks.cells[i]! -= sign * value;
                return;
            case 'failing':
                blocks.growth[i]! += (sign * value) / 100 / 60;
                return;
            case 'loose-connector':
                blocks.connector[i]! += (sign * value) / 1000;
                return;
            case 'runaway':
                blocks.runaway[i]! += (sign * value * plate.capacityAh * plate.nominalVoltage) / 1200;
                return;
            case 'module-lost':
                measured.lost[i] = on ? 1 : 0;
                return;
            case 'fuse':
                measured.fuse[i] = on ? 1 : 0;
                return;
            case 'revision':
                revision[i] = on ? 1 : 0;
                return;
            default:
                return this.sensor(fault, i, on, value);
        }
    }

    private sensor(fault: BlockFault, i: number, on: boolean, value: number): void {
        const { measured } = this.monitor;
        const [quantity, kind] = fault.split('-') as ['voltage' | 'temperature', 'stuck' | 'offset'];
        const faults = quantity === 'voltage' ? measured.voltageFaults : measured.temperatureFaults;
        const stuckAt = Number.isNaN(value) ? measured[quantity][i] : value;
        const { [kind]: _, ...rest } = faults.get(i) ?? {};
        faults.set(i, on ? { ...rest, [kind]: kind === 'stuck' ? stuckAt : value } : rest);
    }

    private scale(i: number, on: boolean, [capacity, resistance, float, cooling]: Factors): void {
        const { blocks } = this.bank;
        const by = (factor: number) => (on ? factor : 1 / factor);
        blocks.capacity[i]! *= by(capacity);
        blocks.resistance[i]! *= by(resistance);
        blocks.float[i]! *= by(float);
        blocks.cooling[i]! *= by(cooling);
    }
}

function rangeOf(fault: BlockFault, bank: BatteryBank): [min: number, max: number] {
    if (fault === 'weak' || fault === 'dry' || fault === 'sulphated') return [0.05, 1];
    if (fault === 'shorted-cell') return [1, Math.max(1, bank.plate.cells - 1)];
    return fault.endsWith('offset') || fault.endsWith('stuck') ? [-1000, 1000] : [0, 1000];
}
