import type { ServedBattery } from '../../../core/served/served-battery';
import type { ServedUps } from '../../../core/served/served-ups';
import { EXCEPTION, ModbusException, type ModbusDevice, type UnitLookup } from '../../modbus-server/device';
import type { RegisterMap } from '../maps';
import { RegisterImage, type UnknownAs } from './register-image';

/** What a coil orders (CS141 manual, "Section OEM: RITTAL PMC Extension"). They act at once, by their names [inferred]. */
export type CoilOrder = 'startup' | 'shutdown';

const ORDERS: Readonly<Record<string, CoilOrder>> = {
    'control.turn on': 'startup',
    'control.shut down': 'shutdown',
};

/** A UPS behind a unit id. */
export interface ServedCardUnit {
    /** 1 to 247. */
    unitId: number;
    map: RegisterMap;
    /** Undefined: there is none. */
    served(): ServedUps | undefined;
    /** Its battery of many blocks, at the addresses 1000 to 4515. Absent: it has none there. */
    battery?(): ServedBattery | undefined;
    /**
     * Carries out an order, until the promise settles. Throws to refuse it, and the request is answered with exception 4. Absent: nothing can be
     * written.
     */
    order?(order: CoilOrder, client: string): Promise<unknown>;
    /** Whether this client may order; one that may not is answered as if nothing could be written. Absent: every client may. */
    mayOrder?(client: string): boolean;
}

export interface ServedCardOptions {
    units: readonly ServedCardUnit[];
    unknownAs: UnknownAs;
    /** The first UPS also answers to the unit ids 0 and 255, which clients use that know of no unit (Modbus Messaging on TCP/IP 1.0b, section 4.4.1.2). */
    answerAnyUnit: boolean;
}

/**
 * The UPSs of a server, each as a card with the registers of its map. A UPS without a reading answers with exception 6, and so do coils while an order is under way ("Possible error
 * codes coming with a CS141").
 */
export class ServedCard {
    private readonly devices = new Map<number, ModbusDevice>();

    constructor({ units, unknownAs, answerAnyUnit }: ServedCardOptions) {
        for (const unit of units) this.devices.set(unit.unitId, deviceOf(unit, unknownAs));
        const [first] = this.devices.values();
        if (answerAnyUnit && first) for (const id of [0, 255]) this.devices.set(id, first);
    }

    readonly unit: UnitLookup = (unitId) => this.devices.get(unitId);
}

function deviceOf({ map, served, battery, order, mayOrder }: ServedCardUnit, unknownAs: UnknownAs): ModbusDevice {
    let busy = false;
    const knowledge = () => {
        const ups = served();
        if (!ups || ups.knowledge === 'none') throw new ModbusException(EXCEPTION.busy);
        return { ups };
    };
    const blocks = () => {
        const told = battery?.();
        if (!told || told.knowledge === 'none') throw new ModbusException(EXCEPTION.busy);
        return told;
    };
    const onCoil = (means: string, on: boolean, client: string) => {
        knowledge();
        const wanted = ORDERS[means];
        if (!wanted) throw new ModbusException(EXCEPTION.illegalAddress);
        if (busy) throw new ModbusException(EXCEPTION.busy);
        if (!on) return;
        const done = start(() => order!(wanted, client));
        busy = true;
        const end = () => void (busy = false);
        done.then(end, end);
    };
    return new RegisterImage({
        map,
        unknownAs,
        knowledge,
        ...(battery && { battery: blocks }),
        ...(order && { onCoil }),
        ...(mayOrder && { mayWrite: mayOrder }),
    });
}

/** @throws ModbusException device failure: the order is refused */
function start(order: () => Promise<unknown>): Promise<unknown> {
    try {
        return order();
    } catch {
        throw new ModbusException(EXCEPTION.deviceFailure);
    }
}
