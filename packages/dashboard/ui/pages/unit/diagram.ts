import type { Line, OutputSource } from '../../../../../lib/core/status/status';
import type { UnitView } from '../../../../../lib/views';
import { UNKNOWN, type Formats, type ShownAt } from '../../lib/formats';

/** The wires of the one-line diagram. */
export type Wire = 'mains' | 'inverter' | 'load' | 'battery' | 'charger' | 'bypass';

const WIRES: Record<OutputSource, readonly Wire[]> = {
    normal: ['mains', 'inverter', 'load'],
    // The voltage is raised or lowered on the way.
    booster: ['mains', 'inverter', 'load'],
    reducer: ['mains', 'inverter', 'load'],
    battery: ['battery', 'inverter', 'load'],
    bypass: ['bypass', 'load'],
    none: [],
    other: [],
};

/** The wires through which power goes, as far as it is known. Nothing is known while a device is silent, but in a presumed outage. */
export function wiresOf({
    source,
    stale,
    presumed,
    status,
}: Pick<UnitView, 'source' | 'stale' | 'presumed' | 'status'>): Set<Wire> {
    if (!source || (stale && !presumed)) return new Set();
    const wires = new Set(WIRES[source]);
    if (source !== 'battery' && status?.battery.charging === 'charging') wires.add('charger');
    return wires;
}

/** `230 V`, `3 × 230 V`, `198–231 V` */
export function voltsText(lines: readonly Line[] | undefined, formats: Formats): string {
    const volts = (lines ?? []).map(({ voltage }) => voltage).filter((voltage) => voltage !== undefined);
    if (volts.length === 0) return UNKNOWN;
    const [least, most] = [Math.min(...volts), Math.max(...volts)];
    if (volts.length === 1) return formats.value(least, 'V', 0);
    if (most - least <= 3) {
        const mean = volts.reduce((sum, voltage) => sum + voltage, 0) / volts.length;
        return `${volts.length}\u00a0×\u00a0${formats.value(mean, 'V', 0)}`;
    }
    return `${formats.number(least, 0)}–${formats.value(most, 'V', 0)}`;
}

/** The lines, or else the DC voltage: `13.8 V`. */
export function voltsOf(
    lines: readonly Line[] | undefined,
    dc: number | undefined,
    formats: Formats,
    site: ShownAt | undefined,
): string {
    const text = voltsText(lines, formats);
    return text === UNKNOWN ? formats.value(dc, 'V', 1, site) : text;
}
