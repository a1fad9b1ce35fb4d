/** Made up for these tests, under the branch that net-snmp keeps for such things (8072.9999.9999). */
export const SMI_V2 = `PLANT-MIB DEFINITIONS ::= BEGIN

IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Gauge32, TimeTicks, enterprises
        FROM SNMPv2-SMI
    TEXTUAL-CONVENTION, DisplayString, TruthValue, MacAddress
        FROM SNMPv2-TC;

plant MODULE-IDENTITY
    LAST-UPDATED "202601010000Z"
    ORGANIZATION "nobody"
    CONTACT-INFO "nobody"
    DESCRIPTION  "A plant. IMPORTS FROM END ::= { x 1 } are words of this text only."
    ::= { enterprises 8072 9999 9999 77 }

-- a comment with one quote: 12" wide

Tenths ::= TEXTUAL-CONVENTION
    DISPLAY-HINT "d-1"
    STATUS       current
    DESCRIPTION  "Tenths, shown with their point."
    REFERENCE    "none"
    SYNTAX       Integer32 (-1000..1000)

DoorState ::= TEXTUAL-CONVENTION
    STATUS       current
    DESCRIPTION  "How a door is."
    SYNTAX       INTEGER { open(1), closed(2), unknown(-1) }

plantObjects OBJECT IDENTIFIER ::= { plant 1 }

plantName OBJECT-TYPE
    SYNTAX      DisplayString (SIZE (0..63))
    MAX-ACCESS  read-write
    STATUS      current
    DESCRIPTION "What it is
                 called."
    ::= { plantObjects 1 }

plantVoltage OBJECT-TYPE
    SYNTAX      Integer32 (0..3000)
    UNITS       "0.1 Volts"
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "The voltage."
    ::= { plantObjects 2 }

plantTemperature OBJECT-TYPE
    SYNTAX      Tenths
    UNITS       "degrees Celsius"
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "The temperature."
    ::= { plantObjects 3 }

plantSource OBJECT-TYPE
    SYNTAX      INTEGER {
                    mains(1),      -- all is well
                    battery(2),
                    none(3)
                }
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "What feeds it."
    ::= { plantObjects 4 }

plantDoor OBJECT-TYPE
    SYNTAX      DoorState
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "The door."
    ::= { plantObjects 5 }

plantArmed OBJECT-TYPE
    SYNTAX      TruthValue
    MAX-ACCESS  read-write
    STATUS      current
    DESCRIPTION "Whether it is armed."
    ::= { plantObjects 6 }

plantUptime OBJECT-TYPE
    SYNTAX      TimeTicks
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "Since it was started."
    ::= { plantObjects 7 }

plantAddress OBJECT-TYPE
    SYNTAX      MacAddress
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "Of its card."
    ::= { plantObjects 8 }

plantFlags OBJECT-TYPE
    SYNTAX      BITS { low(0), high(1) }
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "Flags."
    ::= { plantObjects 9 }

plantSecret OBJECT-TYPE
    SYNTAX      DisplayString
    MAX-ACCESS  accessible-for-notify
    STATUS      current
    DESCRIPTION "Told by traps only."
    ::= { plantObjects 10 }

plantTable OBJECT-TYPE
    SYNTAX      SEQUENCE OF PlantEntry
    MAX-ACCESS  not-accessible
    STATUS      current
    DESCRIPTION "The channels."
    ::= { plant 2 }

plantEntry OBJECT-TYPE
    SYNTAX      PlantEntry
    MAX-ACCESS  not-accessible
    STATUS      current
    DESCRIPTION "A channel."
    INDEX       { plantIndex, IMPLIED plantLabel }
    ::= { plantTable 1 }

PlantEntry ::= SEQUENCE {
    plantIndex   Integer32,
    plantLabel   DisplayString,
    plantCurrent Gauge32
}

plantIndex OBJECT-TYPE
    SYNTAX      Integer32 (1..16)
    MAX-ACCESS  not-accessible
    STATUS      current
    DESCRIPTION "Its number."
    ::= { plantEntry 1 }

plantLabel OBJECT-TYPE
    SYNTAX      DisplayString
    MAX-ACCESS  not-accessible
    STATUS      current
    DESCRIPTION "Its label."
    ::= { plantEntry 2 }

plantCurrent OBJECT-TYPE
    SYNTAX      Gauge32
    UNITS       "hundredths of Amps"
    MAX-ACCESS  read-only
    STATUS      current
    DESCRIPTION "The current."
    ::= { plantEntry 3 }

plantEvent NOTIFICATION-TYPE
    OBJECTS     { plantName }
    STATUS      current
    DESCRIPTION "Something happened."
    ::= { plant 0 1 }

END
`;

/** Another shape: SMIv1, tabs and CRLF, one line for an object, a parent that is defined below its children, enums of 1 and 2, texts. */
export const SMI_V1 = [
    'RELAY-MIB { iso org(3) dod(6) internet(1) private(4) enterprises(1) 8072 } DEFINITIONS ::= BEGIN',
    'EXPORTS relays;',
    'IMPORTS enterprises, Gauge FROM RFC1155-SMI\tOBJECT-TYPE FROM RFC-1212 TRAP-TYPE FROM RFC-1215 DisplayString FROM RFC1213-MIB;',
    'Position\t::= INTEGER { off(1), on(2) }',
    'ShortText ::= DisplayString (SIZE(0..8))',
    'relayState OBJECT-TYPE SYNTAX Position ACCESS read-write STATUS mandatory DESCRIPTION "On or off." ::= { relayEntry 2 }',
    'relayNumber OBJECT-TYPE SYNTAX INTEGER(1..4) ACCESS read-only STATUS mandatory DESCRIPTION "1 to 4." ::= { relayEntry 1 }',
    'relayEntry OBJECT-TYPE SYNTAX RelayEntry ACCESS not-accessible STATUS mandatory DESCRIPTION "" INDEX { relayNumber } ::= { relayTable 1 }',
    'RelayEntry ::= SEQUENCE { relayNumber INTEGER, relayState Position }',
    'relayTable OBJECT-TYPE SYNTAX SEQUENCE OF RelayEntry ACCESS not-accessible STATUS mandatory DESCRIPTION "" ::= { relays 1 }',
    'mode OBJECT-TYPE SYNTAX INTEGER { auto (1) , manual( 2 ), } ACCESS read-only STATUS mandatory DESCRIPTION "" ::= { relays 2 }',
    'load OBJECT-TYPE\r\n\tSYNTAX Gauge\r\n\tACCESS read-only\r\n\tSTATUS mandatory\r\n\tDESCRIPTION "Load."\r\n\t::= {\r\n\trelays\r\n\t3 }',
    'reading OBJECT-TYPE SYNTAX ShortText ACCESS read-only STATUS mandatory DESCRIPTION "As text." ::= { relays 4 }',
    'relays OBJECT IDENTIFIER ::= { branch 5 }',
    'branch OBJECT IDENTIFIER ::= { enterprises netSnmp(8072) 9999 9999 78 }',
    'relayTrap TRAP-TYPE ENTERPRISE relays VARIABLES { relayState } DESCRIPTION "Switched." ::= 1',
    'END',
    '',
].join('\r\n');
