import { MODELS, type Plant } from './plant';
import { ANALOG_CHANNELS, INPUT_NUMBERS, type AnalogChannel, type InputNumber, type RmcuSettings } from './settings';

/** RMCU manual, "Specifications". Volts. */
const AC_RANGE = 300;
const DC_RANGE = 20;

export type ContactState = 'open' | 'closed';

/** What the sensors of the device say: sampled, averaged, rounded and within the measuring range. A sensor can be forced. */
export class Measurements {
    private readonly samples = new Map<AnalogChannel, number[]>();
    private readonly forced = new Map<AnalogChannel, number>();
    private readonly forcedInputs = new Map<InputNumber, ContactState>();
    private readonly inputs = new Map<InputNumber, ContactState>();

    constructor(
        private readonly plant: Plant,
        private readonly settings: RmcuSettings,
    ) {}

    /** Takes one sample of each channel. */
    sample(): void {
        const raw = this.raw();
        for (const channel of ANALOG_CHANNELS) {
            const { samples: count } = this.settings.analog[channel];
            const kept = this.samples.get(channel) ?? [];
            kept.push(this.forced.get(channel) ?? raw[channel]);
            this.samples.set(channel, kept.slice(-count));
        }
        const { supplyOn } = this.plant.reading();
        for (const number of INPUT_NUMBERS)
            this.inputs.set(number, this.forcedInputs.get(number) ?? wired(number, supplyOn));
    }

    /** Forgets the samples. */
    reset(): void {
        this.samples.clear();
    }

    /** The mean of the last samples, in the unit and the steps of the channel. */
    value(channel: AnalogChannel): number {
        const kept = this.samples.get(channel) ?? [];
        const { step } = this.settings.analog[channel];
        const mean = kept.reduce((sum, each) => sum + each, 0) / Math.max(1, kept.length);
        const stepsPerUnit = Math.round(1 / step);
        return Math.round(mean * stepsPerUnit) / stepsPerUnit;
    }

    input(number: InputNumber): ContactState {
        return this.inputs.get(number) ?? 'open';
    }

    /** A sensor that reads `value` whatever it measures, also beyond its range; undefined: it measures again. */
    force(channel: AnalogChannel, value: number | undefined): void {
        if (value === undefined) this.forced.delete(channel);
        else this.forced.set(channel, value);
    }

    /** What is wired to a digital input; undefined: as it is wired in the factory. */
    wire(number: InputNumber, state: ContactState | undefined): void {
        if (state === undefined) this.forcedInputs.delete(number);
        else this.forcedInputs.set(number, state);
    }

    private raw(): Record<AnalogChannel, number> {
        const reading = this.plant.reading();
        const { rangeAmps } = MODELS[this.plant.model];
        return {
            ac: Math.min(AC_RANGE, reading.acVolts),
            temperature: reading.temperatureF,
            'analog-1': Math.min(rangeAmps, reading.supplyAmps),
            'analog-2': Math.min(rangeAmps, reading.batteryAmps),
            'analog-3': Math.min(DC_RANGE, reading.supplyVolts),
            'analog-4': Math.min(DC_RANGE, reading.batteryVolts),
            'analog-5': 0,
            'analog-6': 0,
        };
    }
}

/** In the factory, a jumper closes Alarm In, and input 2 is the supply's DC-OK (RMCU manual, "HE1U-XX12-MU Alarm Wiring"). */
function wired(number: InputNumber, supplyOn: boolean): ContactState {
    if (number === 1) return 'closed';
    return number === 2 && supplyOn ? 'closed' : 'open';
}
