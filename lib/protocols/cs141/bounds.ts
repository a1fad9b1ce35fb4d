import { plausible, type PlausibleKind } from '../../core/status/plausible';

const KINDS: readonly [RegExp, PlausibleKind][] = [
    [/^battery\.charge$/, 'percent'],
    [/^battery\.(voltage|positiveVoltage|negativeVoltage)$/, 'dcVoltage'],
    [/^(battery\.current$|value\.battery current)/, 'batteryCurrent'],
    [/^battery\.minutes$/, 'minutes'],
    [/^battery\.seconds$/, 'seconds'],
    [/temperature/, 'temperature'],
    [/\.voltage$/, 'acVoltage'],
    [/\.frequency$/, 'frequency'],
    [/\.load$/, 'load'],
    [/\.current$/, 'current'],
];

/** `value`, or undefined if the quantity cannot be that large. @param means see maps/meaning.ts */
export function plausibleOrUnknown(means: string, value: number | undefined): number | undefined {
    const [, kind] = KINDS.find(([pattern]) => pattern.test(means)) ?? [];
    return kind === undefined ? value : plausible(kind, value);
}
