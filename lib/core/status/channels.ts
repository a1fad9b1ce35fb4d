import type { Channel, UpsStatus } from './status';

const PREFIX = 'channel:';

/** The id of a channel where settings name a value of the status: `channel:Volts Battery`. */
export function channelId(name: string): string {
    return PREFIX + name;
}

/** The name in `channel:<name>`; undefined: this names no channel. */
export function channelIn(id: string): string | undefined {
    const name = id.startsWith(PREFIX) ? id.slice(PREFIX.length).trim() : '';
    return name === '' ? undefined : name;
}

/** The channel of this name; undefined: the device does not tell it. */
export function channelOf(status: Pick<UpsStatus, 'channels'>, name: string): Channel | undefined {
    const { channels } = status;
    // A message may be made by hand, and `constructor` is a name like any other.
    if (typeof channels !== 'object' || channels === null || !Object.hasOwn(channels, name)) return undefined;
    const channel: unknown = channels[name];
    return typeof channel === 'object' && channel !== null ? (channel as Channel) : undefined;
}

/** Whether the device feeds its load with DC, or tells only channels: what it does not tell of an AC output, it does not have. */
export function isDcSupply({ dc, channels, output }: Pick<UpsStatus, 'dc' | 'channels' | 'output'>): boolean {
    const told = [output.frequency, ...output.lines.flatMap((line) => Object.values(line) as (number | undefined)[])];
    if (told.some((value) => value !== undefined)) return false;
    return [dc, channels].some((group) => Object.values(group ?? {}).some((value) => value !== undefined));
}
