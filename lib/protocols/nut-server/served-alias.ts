import type { SettingInfo, UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';
import type { SettingValue } from '../../core/status/status';
import type { UpsUnit } from '../../core/unit/ups-unit';
import { encode } from '../nut/encode';
import { commandOf, instantNames } from '../nut/instant-commands';
import type { NutAlias, NutWrite, NutWriter, WritableVariable } from './serving';

/** The part of a logical UPS that is written to. */
export type WritableUnit = Pick<UpsUnit, 'supports' | 'settingsInfo'>;

export interface AliasOptions {
    name: string;
    listed: boolean;
    /** Of the UPS now: it may be renamed. */
    description(): string;
    /** On battery with this runtime or less the battery counts as low, s. */
    lowSeconds: number;
    /** Variables and commands can be written. */
    writes: boolean;
    /** What is known of the UPS now; undefined: it is not there. */
    served(): ServedUps | undefined;
    unit(): WritableUnit | undefined;
    /** Whether the flag FSD is set. */
    isForced(served: ServedUps | undefined): boolean;
    write(write: NutWrite, writer: NutWriter): Promise<void>;
    force(writer: NutWriter): void;
}

/** One name of a UPS, told by what is known of it. */
export class ServedAlias implements NutAlias {
    readonly name: string;
    readonly listed: boolean;
    private encoded?: { served: ServedUps | undefined; forced: boolean; variables?: ReadonlyMap<string, string> };

    constructor(private readonly options: AliasOptions) {
        ({ name: this.name, listed: this.listed } = options);
    }

    get description(): string {
        return this.options.description();
    }

    /** Encoded once for all clients, until the UPS stands otherwise. */
    variables(): ReadonlyMap<string, string> | undefined {
        const { served: known, isForced, lowSeconds } = this.options;
        const served = known();
        const forced = isForced(served);
        const { encoded } = this;
        if (encoded && encoded.served === served && encoded.forced === forced) return encoded.variables;
        const variables = served ? encode(served, { forced, lowSeconds }) : forced ? FORCED_ALONE : undefined;
        this.encoded = { served, forced, ...(variables && { variables }) };
        return variables;
    }

    get absence(): NutAlias['absence'] {
        return this.options.served()?.knowledge === 'silent' ? 'DATA-STALE' : 'DRIVER-NOT-CONNECTED';
    }

    writable(): ReadonlyMap<string, WritableVariable> {
        const unit = this.options.writes ? this.options.unit() : undefined;
        const found = new Map<string, WritableVariable>();
        if (!unit) return found;
        const values = this.settings();
        for (const [name, info] of Object.entries(unit.settingsInfo())) {
            if (info.writable && !info.lockedNow) found.set(name, kindOf(values[name], info));
        }
        // Devices that do not describe their settings say at least whether one can be set.
        for (const [setting, value] of Object.entries(values)) {
            if (!found.has(setting) && unit.supports({ type: 'set', setting, value })) {
                found.set(setting, kindOf(value, {}));
            }
        }
        return found;
    }

    commands(): readonly string[] {
        const unit = this.options.writes ? this.options.unit() : undefined;
        if (!unit) return [];
        const outlets = (this.options.served()?.status?.outlets ?? []).map(({ id }) => id);
        return instantNames(outlets).filter((name) => {
            const command = commandOf(name, undefined);
            return command !== undefined && unit.supports(command);
        });
    }

    command(name: string, seconds: number | undefined): UpsCommand | undefined {
        const settings = this.settings();
        const delay = (variable: string) => {
            const value = settings[variable];
            return typeof value === 'number' && value >= 0 ? value : undefined;
        };
        const delays = { shutdown: delay('ups.delay.shutdown'), start: delay('ups.delay.start') };
        return commandOf(name, seconds, delays);
    }

    write(write: NutWrite, writer: NutWriter): Promise<void> {
        return this.options.write(write, writer);
    }

    force(writer: NutWriter): void {
        this.options.force(writer);
    }

    private settings(): Record<string, SettingValue> {
        return this.options.served()?.status?.settings ?? {};
    }
}

function kindOf(
    value: SettingValue | undefined,
    { min, max, options }: Pick<SettingInfo, 'min' | 'max' | 'options'>,
): WritableVariable {
    const choices = options ?? (typeof value === 'boolean' ? [true, false] : undefined);
    return {
        isNumber: typeof value === 'number' || min !== undefined || max !== undefined,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        ...(choices && { choices }),
    };
}

/** A UPS that is not there, and whose clients have to shut down all the same. */
const FORCED_ALONE: ReadonlyMap<string, string> = new Map([
    ['device.type', 'ups'],
    ['ups.status', 'FSD OB'],
]);
