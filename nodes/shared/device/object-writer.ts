/** An `ups-bacs` that speaks SNMP. */
export interface ObjectWriter {
    /** Sets an object: a whole number as INTEGER, anything else as OCTET STRING. @throws UpsError */
    writeObject?(oid: string, value: string): Promise<void>;
}
