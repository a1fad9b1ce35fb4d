import type { Clock } from '../../core/clock';
import type { CommandResult, SettingInfo, UpsCommand } from '../../core/driver';
import { UpsError } from '../../core/errors';
import type { PartialStatus } from '../../core/status/status';
import type { ModbusLine } from '../modbus/line';
import { RegisterReader } from '../modbus/register-reader';
import { PollingDriver } from '../shared/polling-driver';
import { Controls } from './controls';
import { decode, reportsOutages } from './decode';
import type { CardReport } from './http-report';
import { InputWatch, OutputWatch } from './inferred-outage';
import { allRegisters, type Register, type RegisterMap } from './maps';
import { ModuleRounds } from './module-rounds';
import { Phases } from './phases';
import { Readings } from './readings';
import { supplement } from './supplement';
import { hasRegister, type SensorModule } from './sensor-modules';

export interface Cs141DriverOptions {
    clock: Clock;
    /** Name for errors and messages. */
    host: string;
    intervalMs: number;
    line: ModbusLine;
    unitId: number;
    addressOffset: 0 | 1;
    map: RegisterMap;
    sensors: SensorModule;
    sensorScale: number;
    /** Infers an outage from measured values if no register reports it. */
    inferOutages: boolean;
    /** The card's web interface, for values that Modbus lacks. */
    report?: CardReport;
    /** Receives problems that do not stop polling; each kind once, until it is over. */
    warn?(error: unknown): void;
}

/** Consecutive readings without outage detection that lead to a warning; an output may be off for a moment. */
const BLIND_READINGS_TO_WARN = 3;

/** A UPS or a transfer switch behind a GENEREX CS141, read by its Modbus map. */
export class Cs141Driver extends PollingDriver {
    private readonly reader: RegisterReader;
    private readonly registers: readonly Register[];
    private readonly controls: Controls;
    private readonly phases = new Phases();
    private readonly outputs = new OutputWatch();
    private inputs = new InputWatch();
    private readonly modules: ModuleRounds;
    /** Consecutive readings in which an outage would have gone undetected. */
    private blindReadings = 0;
    private settings: readonly string[] = [];

    constructor(private readonly options: Cs141DriverOptions) {
        super(options);
        const { clock, line, unitId, addressOffset, host, map, sensors } = options;
        this.registers = allRegisters(map).filter(
            (register) =>
                // The modules of a modular UPS have the same registers as the whole UPS: their values must not be mixed.
                belongsToWholeUps(register, map) && !register.reserved && hasRegister(sensors, register),
        );
        const read = this.registers.filter(({ means }) => means !== undefined && !means.startsWith('control.'));
        this.reader = new RegisterReader({ clock, line, unitId, host, addressOffset }, read);
        this.controls = new Controls(options, this.registers);
        this.modules = new ModuleRounds(options);
    }

    get outagesUnseen(): boolean {
        return this.blindReadings >= BLIND_READINGS_TO_WARN;
    }

    supports(command: UpsCommand): boolean {
        return this.controls.supports(command);
    }

    async execute(command: UpsCommand): Promise<CommandResult> {
        try {
            return await this.loop.enqueue(() => this.controls.execute(command));
        } finally {
            this.loop.pollNow();
        }
    }

    /** All settings are read-only. */
    settingsInfo(): Record<string, SettingInfo> {
        return Object.fromEntries(this.settings.map((name) => [name, { writable: false }]));
    }

    protected async release(): Promise<void> {
        this.reader.interrupt();
        await Promise.all([this.options.line.close(), this.options.report?.stop()]);
    }

    protected override prepare(): void {
        this.inputs = new InputWatch(this.events?.memory?.get());
        this.options.report?.start((error) => this.options.warn?.(error));
    }

    protected async read(): Promise<PartialStatus> {
        const { clock, map, sensors, sensorScale, inferOutages, report } = this.options;
        const readings = new Readings(this.registers, await this.reader.read());
        const { phases, outputs, inputs } = this;
        if (inputs.learn(readings)) this.events?.memory?.keep(inputs.kept);
        const options = { map, sensors, sensorScale, phases, outputs, inputs, inferOutages };
        const status = this.modules.addTo(decode(readings, options, clock.now()));
        this.warnIfBlind(status);
        const whole = report?.latest ? supplement(status, report.latest) : status;
        this.settings = Object.keys(whole.settings ?? {});
        return whole;
    }

    protected override async background(): Promise<boolean> {
        await this.modules.ask();
        return true;
    }

    protected override backgroundDue(): number {
        return this.state.state === 'ready' ? this.modules.due() : Infinity;
    }

    /** Warns if this map, or a card that lacks some of its registers, cannot detect an outage. */
    private warnIfBlind(status: PartialStatus): void {
        const { map, host, warn } = this.options;
        const sees = map.kind !== 'ups' || reportsOutages(status) || status.battery?.secondsOnBattery !== undefined;
        this.blindReadings = sees ? 0 : Math.min(this.blindReadings + 1, BLIND_READINGS_TO_WARN + 1);
        if (this.blindReadings === BLIND_READINGS_TO_WARN)
            warn?.(new UpsError('outages-unseen', { host, map: map.id }));
    }
}

function belongsToWholeUps({ address }: Register, { series = [] }: RegisterMap): boolean {
    return !series.some(
        ({ modules, base, stride, count }) => modules && address >= base && address < base + stride * count,
    );
}
