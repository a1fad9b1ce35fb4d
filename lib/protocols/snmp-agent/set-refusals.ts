import { ErrorStatus } from 'net-snmp';
import type { SnmpAnswer, SnmpRequest } from './responder';
import type { SetFault, SetRefusal } from './serving';

const FAULTS: Readonly<Partial<Record<ErrorStatus, SetFault>>> = {
    [ErrorStatus.NoAccess]: 'no-right',
    [ErrorStatus.NoCreation]: 'no-object',
    [ErrorStatus.NotWritable]: 'read-only',
    [ErrorStatus.WrongType]: 'wrong-value',
    [ErrorStatus.WrongLength]: 'wrong-value',
    [ErrorStatus.WrongEncoding]: 'wrong-value',
    [ErrorStatus.WrongValue]: 'wrong-value',
    [ErrorStatus.TooBig]: 'wrong-value',
};
const LONGEST_VALUE = 64;

/**
 * What was at fault in a SET that was not carried out.
 * @param isThere whether an instance has a value now
 */
export function refusalOf(
    { varbinds }: Pick<SnmpRequest, 'varbinds'>,
    { errorStatus, errorIndex }: SnmpAnswer,
    isThere: (oid: string) => boolean,
): Pick<SetRefusal, 'oid' | 'value' | 'fault'> {
    const { oid = '', value = '' } = varbinds[Math.max(0, errorIndex - 1)] ?? {};
    const text = Buffer.isBuffer(value) ? value.toString('utf8') : String(value ?? '');
    const shown = text.replaceAll(/\p{C}/gu, '?').slice(0, LONGEST_VALUE);
    const fault = FAULTS[errorStatus] ?? 'not-now';
    return { oid, value: shown, fault: fault === 'read-only' && !isThere(oid) ? 'no-object' : fault };
}
