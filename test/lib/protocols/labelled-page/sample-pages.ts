/** Pages made up after the pictures in the RMCU manual: how the real ones are made is not known. */
export const STATUS = `<!DOCTYPE html>
<html><head><title>AC Line: 1.0 Volts</title>
<style>td:before { content: "AC Line: 2.0 Volts" }</style>
<script>var page = "<td>AC Line: 3.0 Volts</td>"; if (1 < 2) document.write("</td>");</script></head>
<body><!-- <td>AC Line: 4.0 Volts</td> -->
<h1>SITE CENTRI&copy; Status</h1>
<table>
<tr><td>AC Line: 116.7 Volts</td><td><input type="checkbox" checked></td></tr>
<tr><td><b>Amps Power Supply:</b> 10.2&nbsp;Amps</td><td>&#10003;</td></tr>
<tr><td>Amps Battery Mode: <span>0.0</span> Amps</td><td><img src="a>b.gif" alt="x"></td></tr>
<tr><td>Volts Battery:</td><td>13.2 Volts</td><td></td></tr>
<tr><td>Alarm In:</td><td>CLOSED</td></tr>
<tr><td>Alarm Out: OFF/HIGH</td><td><button>Switch to ON/LOW</button></td></tr>
<tr><td>Power Supply ON/OFF:</td><td><input type=submit value="ON"></td></tr>
<tr><td>Battery ON/OFF</td><td>:</td><td>ON</td></tr>
<tr style="display: none"><td>Hidden: 5 Volts</td></tr>
<tr><td>Input 5 V</td><td>4.98 V</td></tr>
<tr><td>Empty:</td><td></td><td>7 Volts</td></tr>
<tr><td>Gone:</td><td>---</td></tr>
<tr><td>Temperature: 90.5 F</td></tr>
</table>
<a href="/RMCU.CSV">Download Log</a> - Right click to save
</body></html>
`;

export const MOBILE = `<html><body>
<h3>RMCU - HE1U-2012-BMS-MU</h3>
Line Voltage: 117.4 Volts Temperature: 88.8 F
<table>
<tr><td>Amps Power Supply<br>10.2 Amps</td><td>Amps Battery Mode<br>0.0 Amps</td><td>Volts Power Supply 14.1 Volts</td></tr>
<tr><td>Volts Battery<br>12.9 Volts</td><td>---</td><td>---</td></tr>
<tr><td>Alarm In<br>CLOSED</td><td>DC-OK Power Supply CLOSED</td></tr>
<tr><td>Alarm Out OFF/HIGH</td><td>Power Supply ON/OFF<br>ON</td></tr>
</table>
</body></html>
`;
