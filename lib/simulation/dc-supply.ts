import type { PartialStatus } from '../core/status/status';

/**
 * The reading of a simulated UPS as that of a DC supply: an AC input without a frequency, a DC output at the voltage of the supply or, on
 * battery, of the battery, and some of its values as channels.
 * @param volts of its output on mains, V DC
 */
export function dcReading(reading: PartialStatus, volts: number): PartialStatus {
    const { battery = {}, input, output, ...rest } = reading;
    const source = output?.source;
    const outputVoltage = source === 'none' ? 0 : source === 'battery' ? battery.voltage : volts;
    const watts = (output?.lines ?? []).reduce((sum, { power = 0 }) => sum + power, 0);
    return {
        ...rest,
        battery,
        input: { ...input, lines: (input?.lines ?? []).map(({ voltage }) => ({ voltage })) },
        output: { source, energy: output?.energy, lines: [] },
        bypass: { lines: [] },
        dc: {
            outputVoltage,
            outputCurrent: outputVoltage ? watts / outputVoltage : 0,
            temperature: battery.temperature,
        },
        channels: {
            'Volts Battery': { value: battery.voltage, unit: 'V' },
            'Amps Battery': { value: battery.current, unit: 'A' },
            'DC OK': { state: outputVoltage ? 'CLOSED' : 'OPEN' },
        },
    };
}
