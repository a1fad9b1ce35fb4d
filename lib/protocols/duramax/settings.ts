import type { SettingInfo, UpsCommand } from '../../core/driver';
import type { PartialStatus, SettingValue } from '../../core/status/status';
import type { DeviceMap, FrameSet, MapItem } from '../device-map/device-map';
import { inUnitOfTarget } from '../device-map/unit-of-target';
import { boundsOf, checkedWrite, modeForbids, THRESHOLD, unitOf, type OperationMode, type Present } from './rules';
import { statesOf } from './values';

/** The setting in which a map tells where the rotary switch stands: `user`, `pc`, or anything else. It is only shown. */
export const MODE_SETTING = 'operationMode';

const SETTING = 'setting:';

/** Whether an item tells a setting. The mode is one of them. */
export function isSetting({ to }: Pick<MapItem, 'to'>): boolean {
    return to.startsWith(SETTING);
}

/** A setting that can be written. */
export type WritableItem = MapItem & { set: FrameSet };

/** What is written for a command. */
export interface PlannedWrite {
    item: WritableItem;
    value: SettingValue;
    raw: number;
}

/**
 * The settings of a DURAmax by its map, under the names of the DURAmax manual ("Configuration Settings"): `bufferThreshold` V, `chargeCurrent` A,
 * `batterySelection`, `deepDischargeThreshold` V or %, `maxBufferSeconds`, `dodProtection`, `dodUnit`, `inputOvp`, `delaySeconds`, `shutdownSeconds`,
 * `idleSeconds`. A map may have others; for these only its limits count.
 */
export class DuramaxSettings {
    private readonly items = new Map<string, MapItem>();
    private readonly hasMode: boolean;

    /** @param mode of the node, for a map that does not tell it */
    constructor(
        map: DeviceMap,
        private readonly mode: 'user' | 'pc',
    ) {
        for (const item of map.items) {
            const name = isSetting(item) ? item.to.slice(SETTING.length) : undefined;
            if (name !== undefined && !this.items.has(name)) this.items.set(name, inUnitOfTarget(item));
        }
        this.hasMode = this.items.has(MODE_SETTING);
    }

    writable(name: string): WritableItem | undefined {
        const item = this.items.get(name);
        return item?.set && name !== MODE_SETTING ? (item as WritableItem) : undefined;
    }

    /** Where the rotary switch stands, by a reading; undefined: the map tells it, and it is not known now. */
    modeOf(reading: PartialStatus | undefined): OperationMode | undefined {
        if (!this.hasMode) return this.mode;
        const told = reading?.settings?.[MODE_SETTING];
        if (told === undefined) return undefined;
        return told === 'user' || told === 'pc' ? told : 'other';
    }

    info(reading: PartialStatus | undefined): Record<string, SettingInfo> {
        const present = this.present(reading);
        const names = [...this.items.keys()];
        return Object.fromEntries(names.map((name) => [name, this.infoOf(name, present)]));
    }

    /** @throws UpsError setting-refused, config-invalid: nothing may be sent */
    plan(
        item: WritableItem,
        command: Extract<UpsCommand, { type: 'set' }>,
        reading: PartialStatus | undefined,
    ): PlannedWrite {
        const { setting, value, confirm = false } = command;
        return { item, ...checkedWrite(setting, value, confirm, item, this.present(reading)) };
    }

    private present(reading: PartialStatus | undefined): Present {
        return { mode: this.modeOf(reading), settings: reading?.settings ?? {}, hasDodUnit: this.items.has('dodUnit') };
    }

    private infoOf(name: string, present: Present): SettingInfo {
        const item = this.items.get(name)!;
        const isLocked = modeForbids(name, present.mode) !== undefined;
        const isWritable = this.writable(name) !== undefined;
        const unit = name === THRESHOLD ? unitOf(present) : item.unit;
        const options = statesOf(item);
        const { min, max } = item.kind === 'number' ? this.limitsOf(name, item, present) : {};
        return {
            writable: isWritable && !isLocked,
            ...(isWritable && isLocked ? { lockedNow: true } : {}),
            ...(unit === undefined ? {} : { unit }),
            ...(options === undefined ? {} : { options }),
            ...(min === undefined ? {} : { min }),
            ...(max === undefined ? {} : { max }),
            ...(item.set?.default === undefined ? {} : { default: item.set.default }),
            ...(name === THRESHOLD ? { takesUnit: true, after: ['dodUnit', 'bufferThreshold'] } : {}),
        };
    }

    /** What is told of the limits: those of the map, and 0 to 100 %. */
    private limitsOf(name: string, item: MapItem, present: Present): { min?: number; max?: number } {
        const isPercent = name === THRESHOLD && unitOf(present) === '%';
        return isPercent ? boundsOf(name, item, present) : { min: item.set?.min, max: item.set?.max };
    }
}
