/* More turns than the verifier walks. */
long spin(long number)
{
	for (long i = 0; i < 500000; i++)
		number = (number ^ i) * 3;
	return number;
}
