create database prefect;
