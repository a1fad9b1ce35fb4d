import type { Clock } from '../../core/clock';
import { commandName, type CommandResult, type RawItem, type SettingInfo, type UpsCommand } from '../../core/driver';
import { asUpsError, reasonFor, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Identity, PartialStatus } from '../../core/status/status';
import { decodeMap, saysAnything } from '../device-map/decode';
import { channelStates } from '../device-map/channel-states';
import { rawItemsOf } from '../device-map/raw-items';
import type { DeviceMap, FramePlace, MapCommand, MapItem } from '../device-map/device-map';
import { FrameDevice } from '../frames/frame-device';
import { FrameLine } from '../frames/line';
import type { ByteTransport } from '../shared/byte-transport';
import { Pauses } from '../shared/pauses';
import { PollingDriver } from '../shared/polling-driver';
import { checkLatchReset, isReset, tellsFault } from './latch';
import { DuramaxSettings, isSetting, type PlannedWrite } from './settings';
import { isSame } from './values';

export interface DuramaxDriverOptions {
    clock: Clock;
    transport: ByteTransport;
    /** Path or host:port, for errors and messages. */
    name: string;
    map: DeviceMap;
    intervalMs: number;
    timeoutMs: number;
    /** The position of the rotary switch, if the map does not tell it. */
    mode: 'user' | 'pc';
    /** What is known of the device without asking it. */
    identity: Identity;
    /** Receives problems that do not stop polling; each kind once. */
    warn?(error: unknown): void;
}

/** Consecutive polls without an answer that count as silence; one lost answer is noise. */
const SILENT_AFTER = 3;
const BACK_OFF = { firstMs: 1000, longestMs: 10_000 };
/** A device may need a moment until it shows what it has taken. */
const CONFIRM_MS = 500;
const CONFIRM_TRIES = 4;

/** A DC UPS that is read by the frames of a device map, and set by the rules of the DURAmax manual. */
export class DuramaxDriver extends PollingDriver {
    private readonly line: FrameLine;
    private readonly device: FrameDevice;
    private readonly settings: DuramaxSettings;
    private readonly pauses: Pauses;
    private latest?: PartialStatus;
    private warnedOfMode = false;

    constructor(private readonly options: DuramaxDriverOptions) {
        super({ ...options, failuresToWaiting: SILENT_AFTER, backOff: BACK_OFF });
        const { clock, map, timeoutMs, mode } = options;
        this.line = new FrameLine(options);
        this.device = new FrameDevice({ clock, line: this.line, map, timeoutMs });
        this.settings = new DuramaxSettings(map, mode);
        this.pauses = new Pauses(clock);
    }

    supports(command: UpsCommand): boolean {
        if (command.type === 'set') return this.settings.writable(command.setting) !== undefined;
        return command.type === 'latch-reset' && this.latchReset !== undefined;
    }

    settingsInfo(): Record<string, SettingInfo> {
        return this.settings.info(this.latest);
    }

    channelStates(name: string): string[] | undefined {
        return channelStates(this.options.map, name);
    }

    rawItems(): Record<string, RawItem> {
        return rawItemsOf(this.options.map, this.device);
    }

    /**
     * Checks a command by what the device shows now, and carries it out. What is refused writes nothing.
     * @throws UpsError not-supported, setting-refused, config-invalid, command-failed, device-refused, device-silent
     */
    async execute(command: UpsCommand): Promise<CommandResult> {
        try {
            return await this.loop.enqueue(() => this.carryOut(command));
        } catch (error) {
            throw asUpsError(error, 'protocol', {});
        }
    }

    protected async release(): Promise<void> {
        this.pauses.end();
        await this.line.close();
    }

    protected async read(): Promise<PartialStatus> {
        await this.device.read();
        const reading = this.reading();
        if (!saysAnything(reading)) {
            throw new UpsError('device-refused', { host: this.options.name, reason: said('map.nothing') });
        }
        this.warnOfMode(reading);
        return reading;
    }

    protected override forget(): void {
        this.device.forget();
        this.latest = undefined;
    }

    private get latchReset(): MapCommand | undefined {
        return this.options.map.commands?.find(({ does, send }) => does === 'latch-reset' && send !== undefined);
    }

    private reading(): PartialStatus {
        const { clock, map, identity } = this.options;
        const decoded = decodeMap(map, this.device, clock.now());
        this.latest = { ...decoded, identity: { ...identity, ...decoded.identity } };
        return this.latest;
    }

    private async carryOut(command: UpsCommand): Promise<CommandResult> {
        const { name } = this.options;
        if (command.type === 'latch-reset' && this.latchReset) return this.resetLatch(this.latchReset);
        const item = command.type === 'set' ? this.settings.writable(command.setting) : undefined;
        if (command.type !== 'set' || !item)
            throw new UpsError('not-supported', { device: name, command: commandName(command) });
        const plan = await this.judged(isSetting, (reading) => this.settings.plan(item, command, reading));
        const { raw } = plan;
        return this.sendChecked(
            () => this.device.write(item.set, { place: item.set.value, raw }),
            () => this.shows(plan, command.setting),
        );
    }

    private async resetLatch({ send = [] }: MapCommand): Promise<CommandResult> {
        await this.judged(tellsFault, checkLatchReset);
        return this.sendChecked(
            async () => {
                for (const write of send) await this.device.write(write);
            },
            async () => {
                await this.device.refresh(undefined);
                return isReset(this.reading());
            },
        );
    }

    /**
     * Judges by what the device shows now: somebody may have turned the switch, or the fault may be back, since the last poll.
     * @param counts the items by which it is judged
     * @throws UpsError as `judge`; device-silent, protocol: it can not be judged
     */
    private async judged<T>(counts: (item: MapItem) => boolean, judge: (reading: PartialStatus) => T): Promise<T> {
        const items = this.options.map.items.filter(counts);
        const places = items.flatMap(({ at, when }) => [at, ...(when ? [when.at] : [])]);
        await this.device.renew(new Set(places.map((at) => (at as FramePlace).frame)));
        try {
            return judge(this.reading());
        } catch (error) {
            // People see why.
            this.loop.pollNow();
            throw error;
        }
    }

    /**
     * Sends, and looks whether the device shows it. An acknowledgement may be lost: what is shown then counts.
     * @param shows undefined: the map does not tell
     */
    private async sendChecked(
        send: () => Promise<void>,
        shows: () => Promise<boolean | undefined>,
    ): Promise<CommandResult> {
        const lost = await send().then(
            () => undefined,
            (error: unknown) => {
                const failure = asUpsError(error, 'protocol', {});
                if (failure.code === 'device-silent' || failure.code === 'protocol') return failure;
                throw failure;
            },
        );
        const seen = await this.confirm(shows);
        this.loop.pollNow();
        if (seen.confirmed || !lost) return seen;
        throw lost;
    }

    private async confirm(shows: () => Promise<boolean | undefined>): Promise<CommandResult> {
        for (let tries = 1; ; tries++) {
            try {
                const seen = await shows();
                if (seen) return { confirmed: true };
                if (seen === undefined) return { confirmed: false, detail: said('map.unchecked') };
            } catch (error) {
                const failure = asUpsError(error, 'protocol', {});
                if (failure.code === 'interrupted' || tries >= CONFIRM_TRIES)
                    return { confirmed: false, detail: said('snmp.unread', { why: reasonFor(failure) }) };
            }
            if (tries >= CONFIRM_TRIES) return { confirmed: false, detail: said('snmp.otherwise') };
            await this.pauses.wait(CONFIRM_MS);
        }
    }

    private async shows({ item, value }: PlannedWrite, setting: string): Promise<boolean> {
        await this.device.refresh((item.at as FramePlace).frame);
        return isSame(item, this.reading().settings?.[setting], value);
    }

    /** The node says one position of the rotary switch, and the device another. */
    private warnOfMode(reading: PartialStatus): void {
        const { mode, warn } = this.options;
        const told = this.settings.modeOf(reading);
        const differs = told !== mode && (told === 'user' || told === 'pc');
        if (differs && !this.warnedOfMode) {
            const expected = said('duramax.modeTold', { mode: told });
            warn?.(new UpsError('config-invalid', { property: 'mode', value: mode, expected }));
        }
        this.warnedOfMode = differs;
    }
}
