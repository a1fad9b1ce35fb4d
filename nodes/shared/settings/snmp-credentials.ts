/** What a node that speaks SNMP keeps as credentials; its dialog says the same. */
export const SNMP_CREDENTIALS = {
    community: { type: 'password' },
    user: { type: 'text' },
    authProtocol: { type: 'text' },
    authKey: { type: 'password' },
    privProtocol: { type: 'text' },
    privKey: { type: 'password' },
} as const;
