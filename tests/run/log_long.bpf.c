/* The kernel's verifier walks every turn: its log is far longer than any buffer. */
long spin(long number)
{
	for (long i = 0; i < 36000; i++)
		number = (number ^ i) * 3;
	return number;
}
