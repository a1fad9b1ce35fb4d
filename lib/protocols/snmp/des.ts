import { createCipheriv, createDecipheriv, getCiphers, randomBytes } from 'node:crypto';
import snmp from 'net-snmp';

/**
 * SNMPv3 DES-CBC (RFC 3414 section 8). In Node 17 and later, OpenSSL 3 has single DES only in the legacy provider, which is not
 * loaded. Triple DES with three equal keys is the same as single DES, and is available.
 */
const KEY_BYTES = 8;

/** An entry of net-snmp's table of privacy protocols; net-snmp exports it, its type declarations lack it. */
interface PrivacyProtocol {
    encryptPdu(pdu: Buffer, priv: number, key: string, auth: number, engine: { engineID: Buffer }): EncryptedPdu;
    decryptPdu(
        pdu: Buffer,
        priv: number,
        salt: Buffer,
        key: string,
        auth: number,
        engine: { engineID: Buffer },
    ): Buffer;
}

interface EncryptedPdu {
    encryptedPdu: Buffer;
    msgPrivacyParameters: Buffer;
}

interface Internals {
    Encryption: { algorithms: Record<number, PrivacyProtocol> };
    Authentication: { passwordToKey(protocol: number, password: string, engineId: Buffer): Buffer };
}

const { Encryption, Authentication } = snmp as unknown as Internals;

/** Replaces net-snmp's DES if this Node lacks des-cbc. Idempotent. */
export function ensureDes(): void {
    if (!Encryption?.algorithms || !Authentication?.passwordToKey || getCiphers().includes('des-cbc')) return;
    const des = Encryption.algorithms[snmp.PrivProtocols.des];
    if (!des) return;
    des.encryptPdu = encrypt;
    des.decryptPdu = decrypt;
}

function keyAndPreIv(auth: number, password: string, engineId: Buffer): [Buffer, Buffer] {
    const localized = Authentication.passwordToKey(auth, password, engineId);
    const key = localized.subarray(0, KEY_BYTES);
    return [Buffer.concat([key, key, key]), localized.subarray(KEY_BYTES, 2 * KEY_BYTES)];
}

const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ b[i]!));

const encrypt: PrivacyProtocol['encryptPdu'] = (pdu, _priv, password, auth, engine) => {
    const [key, preIv] = keyAndPreIv(auth, password, engine.engineID);
    const salt = randomBytes(KEY_BYTES);
    const padded = Buffer.alloc(Math.ceil(pdu.length / KEY_BYTES) * KEY_BYTES);
    pdu.copy(padded);
    const cipher = createCipheriv('des-ede3-cbc', key, xor(preIv, salt)).setAutoPadding(false);
    return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt };
};

const decrypt: PrivacyProtocol['decryptPdu'] = (pdu, _priv, salt, password, auth, engine) => {
    const [key, preIv] = keyAndPreIv(auth, password, engine.engineID);
    const decipher = createDecipheriv('des-ede3-cbc', key, xor(preIv, salt)).setAutoPadding(false);
    return Buffer.concat([decipher.update(pdu), decipher.final()]);
};
