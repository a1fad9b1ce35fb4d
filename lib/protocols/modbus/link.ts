/** One open connection or serial port to Modbus devices. One exchange at a time. */
export interface ModbusLink {
    /** False after the other side has closed it. */
    readonly isOpen: boolean;
    /** Rejects if opening failed. */
    readonly opened: Promise<void>;
    /**
     * Sends a request and waits for its answer.
     * @param pdu function code and data
     * @returns the PDU of the answer, which may be an exception
     * @throws UpsError device-silent, only-echo, interrupted
     */
    exchange(unitId: number, pdu: Buffer): Promise<Buffer>;
    /** Ends an exchange in progress. Idempotent, never rejects. */
    close(): Promise<void>;
}
