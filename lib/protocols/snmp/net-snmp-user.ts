import snmp from 'net-snmp';
import { ensureDes } from './des';
import type { SnmpUser } from './config';

/** Our user in net-snmp's form; the security level follows from the protocols that are set. */
export function netSnmpUser(user: SnmpUser): snmp.User {
    if (user.priv?.protocol === 'des') ensureDes();
    const level = user.priv
        ? snmp.SecurityLevel.authPriv
        : user.auth
          ? snmp.SecurityLevel.authNoPriv
          : snmp.SecurityLevel.noAuthNoPriv;
    return {
        name: user.name,
        level,
        ...(user.auth && { authProtocol: snmp.AuthProtocols[user.auth.protocol], authKey: user.auth.key }),
        ...(user.priv && { privProtocol: snmp.PrivProtocols[user.priv.protocol], privKey: user.priv.key }),
    };
}
