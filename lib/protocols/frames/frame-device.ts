import type { Clock } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import type { RawReading } from '../device-map/decode';
import { REFUSALS, type DeviceMap, type FrameWrite, type MapFrame, type Place } from '../device-map/device-map';
import type { RawValue } from '../device-map/raw-value';
import { withChecksum } from './checksum';
import { bytesOf, fieldOf, putField, type NumberPlace } from './fields';
import { readHex } from './hex';
import type { FrameLine } from './line';

export interface FrameDeviceOptions {
    clock: Clock;
    line: FrameLine;
    map: DeviceMap;
    /** Clock ms for each answer. */
    timeoutMs: number;
}

/** A request beside the first that was not answered is left out so long: each try may cost a timeout. */
const AGAIN_MS = 10_000;

/** A device that a map of frames describes: its last frames, and what is written to it. */
export class FrameDevice implements RawReading {
    private readonly frames = new Map<string, Uint8Array>();
    /** Clock.monotonic() at which a frame is asked for again. */
    private readonly due = new Map<string, number>();

    constructor(private readonly options: FrameDeviceOptions) {}

    get name(): string {
        return this.options.line.name;
    }

    /**
     * Asks for the frames that are due. The first one has to come; what another one would tell is unknown as long as it does not.
     * @throws UpsError device-silent, protocol, config-missing (a map without frames)
     */
    async read(): Promise<void> {
        const [first, ...others] = this.options.map.frames ?? [];
        if (!first) throw new UpsError('config-missing', { property: 'frames' });
        await this.ask(first);
        for (const frame of others) {
            if (this.options.clock.monotonic() < (this.due.get(frame.id) ?? -Infinity)) continue;
            await this.ask(frame).catch((error: unknown) => this.missed(frame, error));
        }
    }

    /** Asks for one frame now. @throws UpsError as `read` */
    async refresh(id: string | undefined): Promise<void> {
        const { frames = [] } = this.options.map;
        const frame = id === undefined ? frames[0] : frames.find((each) => each.id === id);
        if (frame) await this.ask(frame);
    }

    /**
     * Asks for these frames now.
     * @param ids undefined: the first frame
     * @throws UpsError as `read`
     */
    async renew(ids: ReadonlySet<string | undefined>): Promise<void> {
        for (const [index, frame] of (this.options.map.frames ?? []).entries())
            if (ids.has(frame.id) || (index === 0 && ids.has(undefined))) await this.ask(frame);
    }

    at(place: Place): RawValue {
        if (!('offset' in place)) return undefined;
        const frame = this.frames.get(place.frame ?? this.options.map.frames?.[0]?.id ?? '');
        return frame && fieldOf(frame, place);
    }

    /** Frames have no tables. */
    rows(): undefined {
        return undefined;
    }

    /** After a silence another device may answer. */
    forget(): void {
        this.frames.clear();
        this.due.clear();
    }

    /**
     * Sends what changes something, and waits for the answer.
     * @param field where a raw value goes, and the value, for which `fits` holds
     * @throws UpsError device-refused (the answer says so), device-silent, protocol
     */
    async write(write: FrameWrite, field?: { place: NumberPlace; raw: number }): Promise<void> {
        const { line, timeoutMs } = this.options;
        const answer = await line.ask(requestOf(write, field), write.answer, timeoutMs);
        const { status } = write;
        if (!status) return;
        const code = fieldOf(answer, status.at);
        if (typeof code === 'number' && status.taken.includes(code)) return;
        throw new UpsError('device-refused', {
            host: this.name,
            reason: refusal(status.refused?.[String(code)], code),
        });
    }

    private async ask(frame: MapFrame): Promise<void> {
        const { line, timeoutMs, clock } = this.options;
        const request = readHex(frame.request) ?? new Uint8Array(0);
        this.frames.set(frame.id, await line.ask(request, frame, timeoutMs));
        this.due.set(frame.id, clock.monotonic() + (frame.every ?? 0) * 1000);
    }

    /** What it told is no longer known. @throws UpsError interrupted */
    private missed({ id }: MapFrame, error: unknown): void {
        const failure = asUpsError(error, 'protocol', {});
        if (failure.code === 'interrupted') throw failure;
        this.frames.delete(id);
        this.due.set(id, this.options.clock.monotonic() + AGAIN_MS);
    }
}

/** The reason in words: one that we know, one of the map, or its number. */
function refusal(word: string | undefined, code: number | string | undefined): Told {
    if (word === undefined) return said('frames.refused', { code: code ?? '?' });
    return (REFUSALS as readonly string[]).includes(word) ? said(`frames.refusal.${word}`) : word;
}

function requestOf({ send, checksum }: FrameWrite, field?: { place: NumberPlace; raw: number }): Uint8Array {
    const bytes = readHex(send) ?? new Uint8Array(0);
    if (!field) return withChecksum(checksum, bytes);
    const end = field.place.offset + bytesOf(field.place);
    const whole = new Uint8Array(Math.max(bytes.length, end));
    whole.set(bytes);
    putField(whole, field.place, field.raw);
    return withChecksum(checksum, whole);
}
