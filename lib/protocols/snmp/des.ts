import { createCipheriv, createDecipheriv, getCiphers, randomBytes } from 'node:crypto';
import snmp from 'net-snmp';

/**
 * SNMPv3 DES-CBC (RFC 3414 section 8) on a Node whose OpenSSL 3 has put single DES into the legacy provider, as Node >= 17
 * has. Triple DES with the same key three times over is single DES, and is still there.
 */
const KEY_BYTES = 8;

/** What net-snmp's table of privacy protocols holds; exported by it, but absent from its type declarations. */
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

/** Replaces net-snmp's DES if, and only if, this Node cannot do what it asks for. Idempotent. */
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
