import { ObjectType } from 'net-snmp';
import { inRange } from '../../../lib/protocols/snmp-agent/object-makers';
import type { ServedObject, WireValue } from '../../../lib/protocols/snmp-agent/object-tree';
import type { TrapVarbind } from '../../shared/snmp/trap-sender';
import type { Notification } from '../device';
import type { Mib, MibObject } from './model';

/** Faults of single values; they can be changed at any time. */
export interface ValueFaults {
    /** States have a number that the MIB file does not list. */
    wrongEnum: boolean;
    /** Numbers come as texts with their unit, e.g. `13.2 Volts`. */
    textValues: boolean;
}

const UNLISTED_STATE = 7;

/** The instances that the agent serves. */
export function served(mib: Mib, faults: ValueFaults): ServedObject[] {
    return mib.objects.flatMap((object) => {
        const rows = object.rows ? Array.from({ length: object.rows }, (_, index) => index + 1) : [0];
        return rows.map((row) => instance(object, row, faults));
    });
}

/** The number and the variables of a notification. */
export function trapOf(mib: Mib, notification: Notification): { number: number; varbinds: TrapVarbind[] } | undefined {
    const found = mib.notifications.find(({ what }) => what === notification.what);
    if (!found) return undefined;
    const varbinds = mib.carried
        .filter(({ name }) => found.carries.includes(name))
        .flatMap(({ oid, syntax, of }): TrapVarbind[] => {
            const value = of(notification);
            const type = syntax.kind === 'text' ? ObjectType.OctetString : ObjectType.Integer;
            return value === undefined ? [] : [{ oid: `${oid}.0`, type, value }];
        });
    return { number: found.number, varbinds };
}

function instance(object: MibObject, row: number, faults: ValueFaults): ServedObject {
    const { syntax, write } = object;
    const asText = () => faults.textValues && object.asText !== undefined;
    return {
        oid: `${object.oid}.${row}`,
        get type() {
            return syntax.kind === 'text' || asText() ? ObjectType.OctetString : ObjectType.Integer;
        },
        value: () => {
            if (syntax.kind === 'state' && faults.wrongEnum) return UNLISTED_STATE;
            return asText() ? object.asText!(row) : object.read(row);
        },
        ...(write && {
            write: {
                check: (value) => (isAllowed(object, value) ? undefined : 'wrong-value'),
                apply: (value) => write(value as number | string, row),
            },
        }),
    };
}

function isAllowed({ syntax }: MibObject, value: WireValue): boolean {
    if (syntax.kind === 'text') return String(value).length <= syntax.most;
    if (syntax.kind === 'state') return Object.keys(syntax.states).includes(String(value));
    return inRange(value, syntax.min ?? -Infinity, syntax.max ?? Infinity);
}
