/** What net-snmp gives of a trap or an inform. */
export interface TrapPdu {
    /** Version 1: the device, the number of the trap, and that of a device's own. */
    enterprise?: unknown;
    generic?: unknown;
    specific?: unknown;
    varbinds?: readonly { oid?: unknown; value?: unknown }[];
}

const SNMP_TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';
const STANDARD_TRAPS = '1.3.6.1.6.3.1.1.5';
/** Version 1: a trap of the device's own. */
const OWN = 6;

/** coldStart and warmStart (RFC 3418, section 2). */
export const BOOT_TRAPS: ReadonlySet<string> = new Set([`${STANDARD_TRAPS}.1`, `${STANDARD_TRAPS}.2`]);

/** The object identifier of a trap; for one of version 1 that of the same trap in version 2 (RFC 3584, section 3.1). Undefined: it names none. */
export function trapOid({ enterprise, generic, specific, varbinds = [] }: TrapPdu): string | undefined {
    if (typeof generic === 'number') {
        if (generic !== OWN) return `${STANDARD_TRAPS}.${generic + 1}`;
        return isOid(enterprise) && typeof specific === 'number' ? `${enterprise}.0.${specific}` : undefined;
    }
    const value = varbinds.find(({ oid }) => oid === SNMP_TRAP_OID)?.value;
    return isOid(value) ? value : undefined;
}

function isOid(value: unknown): value is string {
    return typeof value === 'string' && /^\d+(\.\d+)+$/.test(value);
}
