import type { Clock } from '../../core/clock';
import type { UpsDriver } from '../../core/driver';
import type { UpsError } from '../../core/errors';
import type { Zone } from '../../core/schedules/local-time';
import type { PartialStatus } from '../../core/status/status';
import { RateLimit } from '../shared/rate-limit';
import { createSnmpDriver } from '../snmp/create-driver';
import type { SnmpDriver } from '../snmp/driver';
import { BOOT_TRAPS } from '../snmp/trap-oid';
import type { TrapReceivers } from '../snmp/traps';
import { LogDriver } from './log-driver';
import { PageDriver } from './page-driver';
import { logFiles, statusPage, type DuracommSettings } from './sources';
import { SupplyDriver } from './supply-driver';
import { seesOutages, SupplyRule } from './supply-rule';

export { findValues } from './find-values';
export type { DuracommSettings } from './sources';

export interface DuracommDeps {
    clock: Clock;
    /** Of the clock in the device. @throws UpsError config-invalid */
    zone(): Zone;
    warn(error: UpsError): void;
    /** Absent: the settings are only tried. */
    traps?: TrapReceivers;
    /** The device says that it has started; at most a few times a minute. */
    booted?(): void;
    /** The trap port is open: what was warned of it is over. */
    listening?(): void;
    keepRows?(rows: readonly PartialStatus[]): Promise<void>;
}

export interface DuracommDevice {
    driver: UpsDriver;
    /** What sensors read further objects by. */
    snmp?: SnmpDriver;
}

const BOOTS_PER_MINUTE = 3;

/** A DC supply with an RMCU, read in one of three ways by the user's own map. @throws UpsError config-invalid */
export function createDuracommDriver(settings: DuracommSettings, deps: DuracommDeps): DuracommDevice {
    const { map, mainsFail, mainsBack, disconnectAt, reconnectAt } = settings;
    const rule = new SupplyRule({
        mains: { below: mainsFail, back: mainsBack },
        disconnect: { below: disconnectAt, atToo: true, back: reconnectAt },
    });
    const inner = innerDriver(settings, deps);
    const driver = new SupplyDriver(inner, rule, !seesOutages(map));
    return settings.way === 'snmp' ? { driver, snmp: inner as SnmpDriver } : { driver };
}

function innerDriver(settings: DuracommSettings, deps: DuracommDeps): UpsDriver {
    const { clock, warn } = deps;
    const { way, map, interval, csvMinutes, csvTime, csvFormat, csvSite } = settings;
    switch (way) {
        case 'snmp':
            return createSnmpDriver(
                { ...settings, dialect: 'own', onTrap: bootWatch(settings, deps), onListening: deps.listening },
                clock,
                warn,
                deps.traps,
            );
        case 'page':
            return new PageDriver({
                clock,
                intervalMs: interval * 1000,
                map,
                page: statusPage(settings, clock),
            });
        case 'csv':
            return new LogDriver({
                clock,
                intervalMs: csvMinutes * 60_000,
                files: logFiles(settings, clock),
                map,
                time: { columns: csvTime.split(',').map((name) => name.trim()), format: csvFormat },
                site: csvSite,
                zone: deps.zone(),
                takesOldRows: deps.traps === undefined,
                keepRows: deps.keepRows,
                warn,
            });
    }
}

/** Anybody can send a trap: a flood of them must not fill the log. */
function bootWatch({ bootTrap }: DuracommSettings, { clock, booted }: DuracommDeps): (oid: string) => void {
    const limit = new RateLimit(clock, BOOTS_PER_MINUTE);
    const own = bootTrap.replace(/^\./, '');
    return (oid) => {
        if ((BOOT_TRAPS.has(oid) || oid === own) && limit.take('boot') === 0) booted?.();
    };
}
