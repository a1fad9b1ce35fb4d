import type { AlarmEdge } from './alarm-board';
import type { RmcuDevice } from './device';
import { ANALOG_CHANNELS, INPUT_NUMBERS, OUTPUT_NUMBERS, type AnalogChannel, type InputNumber } from './settings';

/** One line of the status page. */
export interface StatusLine {
    label: string;
    text: string;
    alarm: boolean;
    /** For an output: its number. */
    output?: number;
}

/** In the log, whatever the pages show. */
const LOG_DIGITS = 2;

/** Values as people read them: on the pages, in the log, in mails. */
export class Display {
    constructor(private readonly device: RmcuDevice) {}

    /** `13.2 Volts`. The temperature is in the unit of the settings. */
    analogText(channel: AnalogChannel, digits: number = this.device.settings.digits): string {
        return `${this.analogNumber(channel, digits)} ${this.unit(channel)}`;
    }

    unit(channel: AnalogChannel): string {
        const { analog, temperatureUnit } = this.device.settings;
        return channel === 'temperature' ? temperatureUnit : analog[channel].unit;
    }

    inputText(number: InputNumber): string {
        return this.device.measurements.input(number).toUpperCase();
    }

    /** In the order of the status page (RMCU manual, "Remote Monitoring and Control Status Page"); channels without a name are hidden. */
    status(): StatusLine[] {
        const { settings, alarms, outputs } = this.device;
        const analog = (channel: AnalogChannel): StatusLine => ({
            label: settings.analog[channel].name,
            text: this.analogText(channel),
            alarm: alarms.isActive(channel),
        });
        const lines: StatusLine[] = [
            ...ANALOG_CHANNELS.filter((channel) => channel !== 'temperature').map(analog),
            ...INPUT_NUMBERS.map((number) => ({
                label: settings.inputs[number].name,
                text: this.inputText(number),
                alarm: alarms.isActive(`input-${number}`),
            })),
            ...OUTPUT_NUMBERS.map((output) => ({
                label: settings.outputs[output].name,
                text: outputs.stateText(output),
                alarm: false,
                output,
            })),
            analog('temperature'),
        ];
        return lines.filter(({ label }) => label !== '');
    }

    statusLines(): string[] {
        return this.status().map(({ label, text }) => `${label}: ${text}`);
    }

    alarmText({ channel, kind, active, value }: AlarmEdge): string {
        const { settings } = this.device;
        const input = INPUT_NUMBERS.find((number) => channel === `input-${number}`);
        const name = input ? settings.inputs[input].name : settings.analog[channel as AnalogChannel].name;
        const reading = input ? String(value).toUpperCase() : this.analogText(channel as AnalogChannel, LOG_DIGITS);
        const side = kind === 'digital' ? 'alarm' : `${kind} alarm`;
        return `${name || channel} ${side} ${active ? 'on' : 'off'}: ${reading}`;
    }

    logHeader(): string[] {
        const { settings } = this.device;
        const analog = ANALOG_CHANNELS.filter((channel) => settings.analog[channel].name);
        return [
            'Time',
            'Site',
            ...analog.map((channel) => `${settings.analog[channel].name} (${this.unit(channel)})`),
            ...INPUT_NUMBERS.map((number) => settings.inputs[number].name).filter(Boolean),
            ...OUTPUT_NUMBERS.map((number) => settings.outputs[number].name).filter(Boolean),
            'Event',
        ];
    }

    /** @param at epoch ms of the device's clock */
    logRow(at: number, event: string): string[] {
        const { settings, clock, outputs } = this.device;
        return [
            clock.stamp(at),
            settings.siteName,
            ...ANALOG_CHANNELS.filter((channel) => settings.analog[channel].name).map((channel) =>
                this.analogNumber(channel, LOG_DIGITS),
            ),
            ...INPUT_NUMBERS.filter((number) => settings.inputs[number].name).map((number) => this.inputText(number)),
            ...OUTPUT_NUMBERS.filter((number) => settings.outputs[number].name).map((number) =>
                outputs.stateText(number),
            ),
            event,
        ];
    }

    private analogNumber(channel: AnalogChannel, digits: number): string {
        const value = this.device.measurements.value(channel);
        const celsius = channel === 'temperature' && this.device.settings.temperatureUnit === 'C';
        return (celsius ? ((value - 32) * 5) / 9 : value).toFixed(digits);
    }
}
