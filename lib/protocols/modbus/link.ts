/** One open way to Modbus devices: a connection, a port. One exchange at a time. */
export interface ModbusLink {
    /** False once the other side has ended it. */
    readonly isOpen: boolean;
    /** Rejects when it cannot be opened. */
    readonly opened: Promise<void>;
    /**
     * @param pdu function and data
     * @returns the PDU of the answer, exceptions among them
     * @throws UpsError device-silent, only-echo, interrupted
     */
    exchange(unitId: number, pdu: Buffer): Promise<Buffer>;
    /** Ends what is under way. Idempotent, never rejects. */
    close(): Promise<void>;
}
