import type { Sample } from '../../lib/store';

let seed = 12_345;

/** As of a UPS that tells tenths: a daily swing and noise. */
function value(n: number, base: number, swing: number, noise: number): number {
    const gauss = Array.from({ length: 4 }, random).reduce((sum, each) => sum + each, -2) * 1.73;
    return Math.round(10 * (base + swing * Math.sin((n / 480) * 2 * Math.PI) + noise * gauss)) / 10;
}

function random(): number {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
}

/** What a three-phase UPS tells, n samples of 180 s after the begin: 29 quantities and a state. */
export function reading(n: number): Sample[] {
    const of = (quantity: string, unit: string, base: number, swing: number, noise: number): Sample => ({
        quantity,
        unit,
        value: value(n, base, swing, noise),
    });
    return [
        of('charge', '%', 100, 0, 0),
        of('runtime', 'min', 45, 2, 0.3),
        of('batteryVoltage', 'V', 273, 0.2, 0.1),
        of('batteryCurrent', 'A', 0, 0, 0.1),
        of('batteryTemperature', '°C', 25, 2, 0.1),
        of('inputFrequency1', 'Hz', 50, 0, 0.1),
        of('outputFrequency', 'Hz', 50, 0, 0),
        ...[1, 2, 3].flatMap((phase) => [
            of(`inputVoltage${phase}`, 'V', 230, 3, 0.8),
            of(`outputVoltage${phase}`, 'V', 230, 0, 0.2),
            of(`outputCurrent${phase}`, 'A', 6, 2, 0.2),
            of(`outputPower${phase}`, 'W', 1200, 400, 3),
            of(`load${phase}`, '%', 40, 12, 0.1),
            of(`bypassVoltage${phase}`, 'V', 230, 3, 0.8),
        ]),
        of('environmentTemperature', '°C', 22, 3, 0.1),
        of('environmentHumidity', '%', 45, 6, 0.3),
        { quantity: 'outputSource', unit: '', state: 'normal' },
    ];
}
